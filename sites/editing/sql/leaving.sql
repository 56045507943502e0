-- What leaves a page for the group: editions, search rows. Both are rows of their own, written by the program; whatever
-- words they hold must be words of the approved page they come from.

-- The words of a text: what stands between white space and dashes, the characters that HTML writes otherwise read back.
CREATE OR REPLACE FUNCTION public.gate_split(p_text text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    plain text := p_text;
BEGIN
    IF position('&' IN plain) > 0 THEN
        plain := replace(replace(replace(plain, '&nbsp;', ' '), '&quot;', '"'), '&#39;', '''');
        plain := replace(replace(replace(replace(plain, '&#x27;', ''''), '&lt;', '<'), '&gt;', '>'), '&amp;', '&');
    END IF;
    RETURN QUERY SELECT DISTINCT word FROM regexp_split_to_table(plain,
        '[\s\u0001-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2014\u2028\u2029\u202f\u205f\u3000]+') AS word WHERE word <> '';
END $$;

-- The texts and numbers within facts.
CREATE OR REPLACE FUNCTION public.gate_texts(p_facts jsonb) RETURNS SETOF text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT leaf #>> '{}' FROM jsonb_path_query(p_facts, 'strict $.**') AS leaf
    WHERE jsonb_typeof(leaf) IN ('string', 'number')
$$;

-- What the stored rows of pages say: an array of facts, the title of each page among them.
CREATE OR REPLACE FUNCTION public.gate_page_facts(p_schema text, p_pages bigint[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    titles jsonb;
BEGIN
    EXECUTE format('SELECT jsonb_agg(jsonb_build_object(''title'', title)) FROM %I.wagtailcore_page WHERE id = ANY($1)', p_schema)
        INTO titles USING p_pages;
    RETURN (SELECT coalesce(titles, '[]') || coalesce(jsonb_agg(held -> 2), '[]')
            FROM unnest(p_pages) AS page_key, jsonb_array_elements(public.gate_rows(p_schema, page_key)) AS held);
END $$;

-- The words of the pictures and files that such facts name, with their bytes' hashes and their names.
CREATE OR REPLACE FUNCTION public.gate_fact_files(p_schema text, p_facts jsonb)
RETURNS TABLE (said text, sha256 text, file_name text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    images bigint[];
    documents bigint[];
BEGIN
    SELECT array_agg(named.file_id) FILTER (WHERE named.kind = 'image'),
           array_agg(named.file_id) FILTER (WHERE named.kind = 'document') INTO images, documents
        FROM jsonb_array_elements(p_facts) AS fact, LATERAL public.gate_files(p_schema, fact) AS named;
    IF images IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT words.said, held.sha256::text, substring(held.file FROM ''[^/]*$'')
             FROM %I.sites_media_siteimage AS held, LATERAL (VALUES (held.title::text), (held.alt_text::text)) AS words (said)
             WHERE held.id = ANY($1)', p_schema) USING images;
    END IF;
    IF documents IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT held.title::text, held.sha256::text, substring(held.file FROM ''[^/]*$'')
             FROM %I.sites_media_sitedocument AS held WHERE held.id = ANY($1)', p_schema) USING documents;
    END IF;
END $$;

-- One of the words of this text that neither these facts say (gate_page_facts), nor the registry of their site, nor the
-- platform itself (its labels); NULL for none. A fact that is a moment says it by Beijing time as well, one that is a
-- number with its thousands apart, or without noughts at the end. What the facts do not say in so many words is looked
-- for in the rest: of most pages that is nothing.
CREATE OR REPLACE FUNCTION public.gate_unsaid(p_schema text, p_facts jsonb, p_text text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    texts text[] := ARRAY(SELECT public.gate_texts(p_facts));
    strange text[];
    known text[];
    unsaid text;
BEGIN
    -- A line ends every word: what stands in lines is split as each line alone would be.
    texts := texts || ARRAY(SELECT regexp_replace(said, '<[^>]*>', '', 'g') FROM unnest(texts) AS said WHERE position('<' IN said) > 0)
        || ARRAY(SELECT full_name FROM public.network_tenancy_site WHERE schema_name = p_schema);
    strange := ARRAY(SELECT public.gate_split(p_text) EXCEPT SELECT public.gate_split(array_to_string(texts, E'\n')));
    IF strange = '{}' THEN
        RETURN NULL;
    END IF;
    texts := texts || ARRAY(SELECT unnest(ARRAY[named.said, named.file_name, regexp_replace(named.said, '<[^>]*>', '', 'g')])
                            FROM public.gate_fact_files(p_schema, p_facts) AS named);
    known := ARRAY(
        SELECT public.gate_split(string_agg(source.said, E'\n')) FROM (
            SELECT said FROM unnest(texts) AS said
            UNION ALL SELECT CASE WHEN pg_input_is_valid(said, 'timestamptz')
                             THEN to_char(said::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') END
                      FROM unnest(texts) AS said WHERE said ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$'
            UNION ALL SELECT trim_scale(said::numeric)::text FROM unnest(texts) AS said WHERE said ~ '^\d{1,15}\.\d{1,6}$'
            UNION ALL SELECT named.full_name FROM public.network_tenancy_sitename AS named
                      JOIN public.network_tenancy_site AS site ON site.slug = named.site WHERE site.schema_name = p_schema
            UNION ALL SELECT labels.name FROM public.network_rules_rule AS rule, jsonb_each_text(rule.value) AS labels (key, name)
                      WHERE rule.key IN ('disclosure.subjects', 'disclosure.forms')
            UNION ALL SELECT word FROM public.network_syndication_platformword
        ) AS source (said));
    strange := ARRAY(SELECT unnest(strange) EXCEPT SELECT unnest(known));
    SELECT asked.word INTO unsaid FROM unnest(strange) AS asked (word)
    WHERE NOT (asked.word ~ '^\d{1,3}(,\d{3})+(\.\d+)?$' AND replace(asked.word, ',', '') = ANY(known))
      AND NOT (asked.word ~ '^\d{1,15}\.\d{1,6}$' AND trim_scale(asked.word::numeric)::text = ANY(known))
      AND NOT (asked.word ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$'
               AND pg_input_is_valid(asked.word, 'timestamptz')
               AND (to_jsonb(asked.word::timestamptz) #>> '{}') = ANY(known))
    LIMIT 1;
    RETURN unsaid;
END $$;

-- True for a path of one's own site.
CREATE OR REPLACE FUNCTION public.gate_is_path(p_path text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(p_path ~ '^/([^/\\[:cntrl:]][^\\[:cntrl:]]*)?$', false)
$$;

-- The texts within a neutral body under the names they have there; those within a list have none.
CREATE OR REPLACE FUNCTION public.gate_leaves(p_body jsonb) RETURNS TABLE (name text, said text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT entry.key, entry.value #>> '{}'
    FROM jsonb_path_query(p_body, 'strict $.** ? (@.type() == "object")') AS node, jsonb_each(node) AS entry
    WHERE jsonb_typeof(entry.value) = 'string'
    UNION ALL
    SELECT '', item #>> '{}'
    FROM jsonb_path_query(p_body, 'strict $.** ? (@.type() == "array")') AS node, jsonb_array_elements(node) AS item
    WHERE jsonb_typeof(item) = 'string'
$$;

-- What of an edition does not come from the approved page it is made of: a word, a tag, the target of a link, a file;
-- NULL for nothing.
CREATE OR REPLACE FUNCTION public.gate_foreign(p_page bigint, p_edition public.network_syndication_edition) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own jsonb := (p_edition.body #- '{details,links}') - 'index_number';
    leaf record;
    facts jsonb := public.gate_page_facts(p_edition.origin, ARRAY[p_page]);
    asked text;
    marked text;
    link jsonb;
    linked bigint[];
    found text;
BEGIN
    SELECT coalesce(file ->> 'name', file::text) INTO found FROM jsonb_array_elements(p_edition.files) AS file
    WHERE NOT EXISTS (SELECT 1 FROM public.gate_fact_files(p_edition.origin, facts) AS held
                      WHERE held.sha256 = file ->> 'sha256' AND held.file_name = file ->> 'name') LIMIT 1;
    IF found IS NOT NULL THEN
        RETURN found;
    END IF;
    IF coalesce(p_edition.body ->> 'index_number', '') <> '' AND NOT EXISTS (
        SELECT 1 FROM public.network_numbering_indexnumber
        WHERE content_id = p_edition.content_id AND number = p_edition.body ->> 'index_number')
    THEN
        RETURN p_edition.body ->> 'index_number';
    END IF;
    IF p_edition.kind !~ '^[a-z_-]*$' OR p_edition."column" !~ '^[a-z0-9_-]*$' THEN
        RETURN concat_ws(' ', p_edition.kind, p_edition."column");
    END IF;
    SELECT lower(regexp_replace(string_agg(said, E'\n'), '\s*/>', '>', 'g')) INTO marked
        FROM (SELECT public.gate_texts(facts) UNION ALL
              SELECT held.said FROM public.gate_fact_files(p_edition.origin, facts) AS held) AS texts (said)
        WHERE position('<' IN said) > 0;
    asked := concat_ws(E'\n', p_edition.title, p_edition.summary, p_edition.source, p_edition.department,
        p_edition.document_number, p_edition.text);
    FOR leaf IN SELECT DISTINCT held.name, held.said FROM public.gate_leaves(own) AS held LOOP
        CONTINUE WHEN leaf.name IN ('kind', 'type', 'form', 'key') AND leaf.said ~ '^[a-z_]{0,40}$';
        CONTINUE WHEN leaf.name IN ('uid', 'sha256') AND leaf.said ~ '^[0-9a-f-]{0,64}$';
        IF position('<' IN leaf.said) > 0 THEN
            SELECT tag[1] INTO found FROM regexp_matches(leaf.said, '<[^>]*>', 'g') AS tag
            WHERE tag[1] !~* '^</?a[\s>]'
              AND position(lower(regexp_replace(tag[1], '\s*/>', '>')) IN coalesce(marked, '')) = 0 LIMIT 1;
            IF found IS NULL THEN
                SELECT target[1] INTO found
                FROM regexp_matches(leaf.said, 'href\s*=\s*["'']?([^"''>]*)', 'gi') AS target
                WHERE position(lower(replace(target[1], '&amp;', '&')) IN replace(coalesce(marked, ''), '&amp;', '&')) = 0
                LIMIT 1;
            END IF;
            IF found IS NOT NULL THEN
                RETURN found;
            END IF;
        END IF;
        asked := concat_ws(E'\n', asked, regexp_replace(leaf.said, '<[^>]*>', '', 'g'));
    END LOOP;
    found := public.gate_unsaid(p_edition.origin, facts, asked);
    IF found IS NOT NULL THEN
        RETURN found;
    END IF;
    FOR link IN SELECT * FROM jsonb_array_elements(coalesce(p_edition.body #> '{details,links}', '[]')) LOOP
        EXECUTE format('SELECT array_agg(page.id) FROM %1$I.wagtailcore_page AS page
            LEFT JOIN %1$I.sites_inbox_placementpage AS placement ON placement.page_ptr_id = page.id
            WHERE page.live AND $1 IN (page.translation_key::text, placement.content_id::text)', p_edition.origin)
            INTO linked USING link ->> 'uid';
        IF linked IS NULL OR NOT (link ->> 'path' = '' OR public.gate_is_path(link ->> 'path')) THEN
            RETURN coalesce(link ->> 'title', link::text);
        END IF;
        found := public.gate_unsaid(p_edition.origin, public.gate_page_facts(p_edition.origin, linked) || facts, (
            SELECT string_agg(held.said, E'\n') FROM public.gate_leaves(link - 'uid' - 'path' - 'type') AS held));
        IF found IS NOT NULL THEN
            RETURN found;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- An edition is made from a live page whose approval it names, and says what that page says; the tombstone of a recall
-- says nothing but the title of the version before. A forged one would put unreviewed words on every site at once.
CREATE OR REPLACE FUNCTION public.gate_edition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    page_key bigint;
    kind_approved text;
    published timestamptz;
    found text;
BEGIN
    IF NEW.is_tombstone THEN
        IF NEW.body = '{}' AND NEW.files = '[]'
           AND NEW.summary || NEW.source || NEW.department || NEW.document_number || NEW.text = ''
           AND EXISTS (SELECT 1 FROM public.network_syndication_edition AS before
                       WHERE before.content_id = NEW.content_id AND before.version = NEW.version - 1
                         AND before.title = NEW.title AND before.origin = NEW.origin)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'The tombstone "%" of site % says more than the title of the version before.', NEW.title, NEW.origin
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                  HINT = 'Recall the item; the recall writes its tombstone.';
    END IF;
    IF EXISTS (SELECT 1 FROM public.network_tenancy_site WHERE schema_name = NEW.origin) THEN
        EXECUTE format(
            'SELECT page.id, page.first_published_at, approval.kind FROM %1$I.wagtailcore_page AS page
             JOIN %1$I.sites_editing_approval AS approval ON approval.page_id = page.id
             WHERE page.translation_key = $1 AND page.live AND page.title = $2 AND approval.voided_at IS NULL
               AND approval.kind IN (''review'', ''sample'') AND approval.rows_hash = $3', NEW.origin)
            INTO page_key, published, kind_approved USING NEW.content_id, NEW.title, NEW.approval ->> 'rows_hash';
    END IF;
    IF page_key IS NULL THEN
        RAISE EXCEPTION 'Edition "%" names no approval in force of site %.', NEW.title, NEW.origin
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                  HINT = 'Let the page be reviewed at its origin, then dispatch it.';
    END IF;
    found := CASE WHEN NEW.published_at IS DISTINCT FROM published THEN NEW.published_at::text
                  WHEN NEW.is_sample <> (kind_approved = 'sample') THEN 'is_sample'
                  ELSE public.gate_foreign(page_key, NEW) END;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'Edition "%" of site % holds what its approved page does not: "%".', NEW.title, NEW.origin, left(found, 80)
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                  HINT = 'Let the change be reviewed at its origin; the last approval makes the next version.';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER edition_is_approved BEFORE INSERT ON public.network_syndication_edition
    FOR EACH ROW EXECUTE FUNCTION public.gate_edition();

-- The head of an item bears the title of the version it stands at: readers see it when the item was recalled.
CREATE OR REPLACE FUNCTION public.gate_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held public.network_syndication_item;
BEGIN
    SELECT * INTO held FROM public.network_syndication_item WHERE content_id = NEW.content_id;
    IF held.content_id IS NULL OR EXISTS (
        SELECT 1 FROM public.network_syndication_edition AS edition
        WHERE edition.content_id = held.content_id AND edition.version = held.version AND edition.title = held.title
          AND edition.origin = held.origin AND edition.is_tombstone = (held.state = 'recalled'))
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Item "%" of site % is called otherwise than its version %.', held.title, held.origin, held.version
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
              HINT = 'Publish a new version at its origin.';
END $$;

-- What of a search row is approved nowhere. Of an item that travels the row says what the version in force says, of a
-- page of one site what that live page says, at its own address. NULL for nothing.
CREATE OR REPLACE FUNCTION public.gate_strange(held public.search_document) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    edition public.network_syndication_edition;
    uid text := split_part(held.document_id, ':', 3);
    page record;
BEGIN
    IF position(':' IN held.document_id) = 0 THEN
        SELECT said.* INTO edition FROM public.network_syndication_item AS item
            JOIN public.network_syndication_edition AS said ON said.content_id = item.content_id AND said.version = item.version
            WHERE item.content_id::text = held.document_id AND item.state = 'live';
        RETURN CASE
            WHEN edition.id IS NULL OR held.origin <> edition.origin THEN held.document_id
            WHEN held.title <> edition.title THEN held.title
            WHEN held.summary <> edition.summary THEN held.summary
            WHEN held.body <> left(edition.text, 200000) THEN held.body
            WHEN held.source <> left(edition.source, 200) THEN held.source
            WHEN held.department <> left(edition.department, 200) THEN held.department
            WHEN held.document_number <> left(edition.document_number, 100) THEN held.document_number
            WHEN held.kind <> edition.kind THEN held.kind
            WHEN held."column" <> edition."column" THEN held."column"
            WHEN held.is_sample <> edition.is_sample THEN 'is_sample'
            WHEN held.published_at <> edition.published_at THEN held.published_at::text END;
    END IF;
    IF split_part(held.document_id, ':', 1) <> held.origin OR NOT pg_input_is_valid(uid, 'uuid')
       OR NOT EXISTS (SELECT 1 FROM public.network_tenancy_site WHERE schema_name = held.origin)
    THEN
        RETURN held.document_id;
    END IF;
    EXECUTE format(
        'SELECT page.id, page.title, page.first_published_at, regexp_replace(page.url_path, ''^/[^/]*'', '''') AS path,
             (SELECT approval.kind FROM %1$I.sites_editing_approval AS approval
              WHERE approval.page_id = page.id AND approval.voided_at IS NULL ORDER BY approval.id DESC LIMIT 1) AS kind
         FROM %1$I.wagtailcore_page AS page
         WHERE page.translation_key = $1::uuid AND page.live AND page.alias_of_id IS NULL', held.origin)
        INTO page USING uid;
    RETURN CASE
        WHEN page.id IS NULL THEN held.document_id
        WHEN held.title <> page.title THEN held.title
        WHEN held.published_at <> page.first_published_at THEN held.published_at::text
        WHEN held.is_sample <> (page.kind = 'sample') THEN 'is_sample'
        WHEN held.kind !~ '^[a-z_-]*$' OR held."column" !~ '^[a-z0-9_-]*$' THEN concat_ws(' ', held.kind, held."column")
        WHEN held.addresses <> jsonb_build_object(held.origin, page.path) THEN held.addresses::text
        ELSE public.gate_unsaid(held.origin, public.gate_page_facts(held.origin, ARRAY[page.id]), concat_ws(E'\n',
            held.summary, held.source, held.department, held.document_number,
            -- A body that was cut may end within a word.
            CASE WHEN length(held.body) < 200000 THEN held.body ELSE regexp_replace(held.body, '\S*$', '') END)) END;
END $$;

-- Fired at commit: a row of the search index is shown as a result and in the feed of the group.
CREATE OR REPLACE FUNCTION public.gate_search_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held public.search_document;
    found text;
BEGIN
    SELECT * INTO held FROM public.search_document WHERE id = NEW.id;
    IF held.id IS NULL OR held.is_withdrawn THEN
        RETURN NULL;
    END IF;
    found := public.gate_strange(held);
    IF found IS NULL THEN
        SELECT address.value INTO found FROM jsonb_each_text(held.addresses) AS address
        WHERE NOT public.gate_is_path(address.value) OR NOT (address.key = ANY(held.sites)) LIMIT 1;
    END IF;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'The search row "%" of site % holds what is approved nowhere: "%".',
            held.document_id, held.origin, left(found, 80)
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                  HINT = 'Publish the page through the review; that writes its row.';
    END IF;
    RETURN NULL;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'publish_gate' AND tgrelid = 'public.search_document'::regclass) THEN
        CREATE CONSTRAINT TRIGGER publish_gate AFTER INSERT OR UPDATE OF document_id, origin, kind, title, summary, body,
            source, department, document_number, "column", published_at, is_sample, sites, addresses, is_withdrawn
            ON public.search_document
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.gate_search_row();
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'publish_gate'
                   AND tgrelid = 'public.network_syndication_item'::regclass) THEN
        CREATE CONSTRAINT TRIGGER publish_gate AFTER INSERT OR UPDATE OF title, version, state, origin
            ON public.network_syndication_item
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.gate_head();
    END IF;
END $$;

-- What stood before the words of a page were read once for a whole text.
DROP FUNCTION IF EXISTS public.gate_unsaid(text, bigint[], text[]);
DROP FUNCTION IF EXISTS public.gate_page_texts(text, bigint[]);
