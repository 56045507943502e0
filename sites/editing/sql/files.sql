-- What a page says through its pictures and files: their titles and alternative texts stand on it, their bytes are
-- public with it. Bytes never change (sites.media); words do not change while a live page shows them.

-- The pictures and files that facts name: a row of a page type, or the content of a revision, whose streams are text.
-- A picture is named by a foreign key or under "image", a file by a foreign key, under "file", as a block "attachment",
-- or in a link of a text; system check sites_editing.E002 holds page types to these names.
CREATE OR REPLACE FUNCTION public.gate_files(p_schema text, p_facts jsonb) RETURNS TABLE (kind text, file_id bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tables oid[];
    images constant oid := to_regclass(format('%I.sites_media_siteimage', p_schema));
    documents constant oid := to_regclass(format('%I.sites_media_sitedocument', p_schema));
    value jsonb;
    stream jsonb;
    written text;
BEGIN
    EXECUTE format('SELECT array_agg(to_regclass(format(''%%I.%%I'', $1, table_name))::oid) FROM %I.sites_editing_gatedtable', p_schema)
        INTO tables USING p_schema;
    RETURN QUERY
        SELECT DISTINCT CASE link.confrelid WHEN images THEN 'image' ELSE 'document' END, (named.value #>> '{}')::bigint
        FROM pg_constraint AS link
        JOIN pg_attribute AS held ON held.attrelid = link.conrelid AND held.attnum = link.conkey[1]
        CROSS JOIN LATERAL (
            SELECT coalesce(p_facts -> held.attname::text, p_facts -> regexp_replace(held.attname, '_id$', '')) AS value
        ) AS named
        WHERE link.contype = 'f' AND link.conrelid = ANY(tables) AND link.confrelid IN (images, documents)
          AND jsonb_typeof(named.value) = 'number';
    FOR value IN SELECT fact.value FROM jsonb_each(p_facts) AS fact LOOP
        stream := CASE jsonb_typeof(value)
            WHEN 'array' THEN value
            WHEN 'string' THEN CASE WHEN left(value #>> '{}', 1) = '[' AND pg_input_is_valid(value #>> '{}', 'jsonb')
                THEN (value #>> '{}')::jsonb END
        END;
        CONTINUE WHEN stream IS NULL OR stream = '[]';
        -- A walk through all of a stream only where its text holds the name that is looked for.
        written := lower(stream::text);
        IF position('"image"' IN written) > 0 THEN
            RETURN QUERY
                SELECT DISTINCT 'image', (seen #>> '{}')::bigint
                FROM jsonb_path_query(stream, '$.** ? (@.type() == "object").image ? (@.type() == "number")') AS seen;
        END IF;
        IF position('"file"' IN written) > 0 THEN
            RETURN QUERY
                SELECT DISTINCT 'document', (seen #>> '{}')::bigint
                FROM jsonb_path_query(stream, '$.** ? (@.type() == "object").file ? (@.type() == "number")') AS seen;
        END IF;
        IF position('"attachment"' IN written) > 0 THEN
            RETURN QUERY
                SELECT DISTINCT 'document', (seen #>> '{}')::bigint
                FROM jsonb_path_query(stream, '$.** ? (@.type == "attachment").value ? (@.type() == "number")') AS seen;
        END IF;
        IF position('linktype' IN written) > 0 THEN
            RETURN QUERY
                SELECT DISTINCT 'document', substring(link[1] FROM '\mid\s*=\s*["'']?(\d{1,18})')::bigint
                FROM jsonb_path_query(stream, '$.** ? (@.type() == "string" && @ like_regex "linktype" flag "i")') AS line,
                    regexp_matches(line #>> '{}', '<a\s[^>]*linktype\s*=\s*["'']?document[^>]*>', 'gi') AS link
                WHERE link[1] ~ '\mid\s*=\s*["'']?\d{1,18}';
        END IF;
    END LOOP;
END $$;

-- The words of these pictures and files, one line each; NULL for none.
CREATE OR REPLACE FUNCTION public.gate_words_of(p_schema text, p_images bigint[], p_documents bigint[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    words text;
BEGIN
    IF p_images IS NOT NULL OR p_documents IS NOT NULL THEN
        EXECUTE format(
            'SELECT string_agg(said::text, E''\n'' ORDER BY said::text) FROM (
                 SELECT jsonb_build_array(''image'', id, title, alt_text) FROM %1$I.sites_media_siteimage WHERE id = ANY($1)
                 UNION ALL
                 SELECT jsonb_build_array(''document'', id, title) FROM %1$I.sites_media_sitedocument WHERE id = ANY($2)
             ) AS words (said)', p_schema) INTO words USING p_images, p_documents;
    END IF;
    RETURN words;
END $$;

-- The words of the pictures and files that facts name.
CREATE OR REPLACE FUNCTION public.gate_file_words(p_schema text, p_facts jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT public.gate_words_of(p_schema, array_agg(file_id) FILTER (WHERE kind = 'image'),
                                array_agg(file_id) FILTER (WHERE kind = 'document'))
    FROM public.gate_files(p_schema, p_facts)
$$;

-- The same, and nobody changes these words before the caller's transaction ends.
CREATE OR REPLACE FUNCTION public.gate_hold_words(p_schema text, p_facts jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    images bigint[];
    documents bigint[];
BEGIN
    SELECT array_agg(file_id) FILTER (WHERE kind = 'image'), array_agg(file_id) FILTER (WHERE kind = 'document')
        INTO images, documents FROM public.gate_files(p_schema, p_facts);
    IF images IS NOT NULL THEN
        EXECUTE format('SELECT FROM %I.sites_media_siteimage WHERE id = ANY($1) ORDER BY id FOR SHARE', p_schema) USING images;
    END IF;
    IF documents IS NOT NULL THEN
        EXECUTE format('SELECT FROM %I.sites_media_sitedocument WHERE id = ANY($1) ORDER BY id FOR SHARE', p_schema)
            USING documents;
    END IF;
    RETURN public.gate_words_of(p_schema, images, documents);
END $$;

-- SHA-256 of a revision's content with these words of its pictures and files.
CREATE OR REPLACE FUNCTION public.gate_digest(p_content jsonb, p_words text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(p_content::text || coalesce(E'\n' || p_words, ''), 'UTF8')), 'hex')
$$;

-- SHA-256 of what a reviewer decides on: the stored revision with the words of its pictures and files.
CREATE OR REPLACE FUNCTION public.gate_content_hash(p_schema text, p_revision bigint) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    content jsonb;
BEGIN
    EXECUTE format('SELECT content FROM %I.wagtailcore_revision WHERE id = $1', p_schema) INTO content USING p_revision;
    RETURN public.gate_digest(content, public.gate_file_words(p_schema, content));
END $$;

-- Title of a live page among these (of the whole site: NULL) whose stored rows name a picture or file; NULL for none.
CREATE OR REPLACE FUNCTION public.gate_showing(p_schema text, p_kind text, p_file bigint, p_pages bigint[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gated record;
    shown_by text;
BEGIN
    FOR gated IN EXECUTE format('SELECT table_name, page_column FROM %I.sites_editing_gatedtable', p_schema) LOOP
        EXECUTE format(
            'SELECT page.title FROM %1$I.%2$I AS held JOIN %1$I.wagtailcore_page AS page ON page.id = held.%3$I AND page.live
             WHERE ($1 IS NULL OR page.id = ANY($1)) AND to_jsonb(held)::text ~ (''\m'' || $2 || ''\M'')
               AND EXISTS (SELECT 1 FROM public.gate_files($3, to_jsonb(held)) AS file
                           WHERE file.kind = $4 AND file.file_id = $2) LIMIT 1',
            p_schema, gated.table_name, gated.page_column)
            INTO shown_by USING p_pages, p_file, p_schema, p_kind;
        IF shown_by IS NOT NULL THEN
            RETURN shown_by;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- Fired at commit when the words of a picture or file changed.
CREATE OR REPLACE FUNCTION public.gate_words() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    shown_by text := public.gate_showing(TG_TABLE_SCHEMA, TG_ARGV[0], NEW.id, NULL);
BEGIN
    IF shown_by IS NOT NULL THEN
        RAISE EXCEPTION 'The words of % % "%" of site % stand on page "%", not approved in this form.',
            TG_ARGV[0], NEW.id, OLD.title, TG_TABLE_SCHEMA, shown_by
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                  HINT = 'Upload it anew with other words, use that in the page, let the page be reviewed.';
    END IF;
    RETURN NULL;
END $$;

-- What stood before the words were read where they are held.
DROP FUNCTION IF EXISTS public.gate_hold_files(text, jsonb);
