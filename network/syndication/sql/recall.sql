-- An edition never changes and never goes: a recall appends a tombstone with a higher version.
CREATE OR REPLACE FUNCTION public.network_refuse_edition_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Edition % version % cannot be changed; publish a new version instead.',
        OLD.content_id, OLD.version USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER edition_is_immutable BEFORE UPDATE OR DELETE ON public.network_syndication_edition
    FOR EACH ROW EXECUTE FUNCTION public.network_refuse_edition_change();

-- Takes the pages that follow one item off line in many schemas. Each schema is a block of its own,
-- so that a lock held by an editor there delays that schema only; the worker finishes it.
CREATE OR REPLACE FUNCTION public.network_take_off_line(
    p_content uuid, p_origin text, p_schemas text[], p_tables jsonb
) RETURNS TABLE (site_schema text, pages integer, is_locked boolean)
LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
DECLARE
    entry jsonb;
    touched integer;
BEGIN
    FOREACH site_schema IN ARRAY p_schemas LOOP
        pages := 0;
        is_locked := false;
        BEGIN
            FOR entry IN SELECT * FROM jsonb_array_elements(p_tables) LOOP
                EXECUTE format(
                    'UPDATE %1$I.wagtailcore_page SET live = false
                     WHERE live AND id IN (SELECT %3$I FROM %1$I.%2$I WHERE %4$I = $1)',
                    site_schema, entry->>'table', entry->>'page_column', entry->>'content_column'
                ) USING p_content;
                GET DIAGNOSTICS touched = ROW_COUNT;
                pages := pages + touched;
            END LOOP;
            IF site_schema = p_origin THEN
                EXECUTE format(
                    'UPDATE %1$I.wagtailcore_page SET live = false, has_unpublished_changes = true
                     WHERE live AND translation_key = $1', site_schema
                ) USING p_content;
                GET DIAGNOSTICS touched = ROW_COUNT;
                pages := pages + touched;
            END IF;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            pages := 0;
            is_locked := true;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
