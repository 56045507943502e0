-- Every way of going on line, changing there, going off it leaves a row for who follows the site's changes.
CREATE OR REPLACE FUNCTION public.feeds_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    page_key bigint;
    content uuid;
    is_item boolean;
BEGIN
    -- In common with other writers until the commit: a reader waits for nobody, he looks whether anybody holds it.
    PERFORM pg_advisory_xact_lock_shared(742002, hashtext(TG_TABLE_SCHEMA));
    IF TG_TABLE_NAME = 'sites_inbox_placementpage' THEN
        page_key := NEW.page_ptr_id;
        EXECUTE format('SELECT live FROM %I.wagtailcore_page WHERE id = $1', TG_TABLE_SCHEMA) INTO is_item USING page_key;
        IF NOT coalesce(is_item, false) THEN
            RETURN NULL;
        END IF;
        content := NEW.content_id;
    ELSIF TG_OP = 'DELETE' THEN
        page_key := OLD.id;
        -- Its rows are gone: under the id that it was told by.
        EXECUTE format('SELECT content_id FROM %I.sites_feeds_change WHERE page_id = $1 ORDER BY id DESC LIMIT 1',
            TG_TABLE_SCHEMA) INTO content USING page_key;
        content := coalesce(content, OLD.translation_key);
    ELSE
        page_key := NEW.id;
        EXECUTE format('SELECT content_id FROM %I.sites_inbox_placementpage WHERE page_ptr_id = $1', TG_TABLE_SCHEMA)
            INTO content USING page_key;
        content := coalesce(content, NEW.translation_key);
    END IF;
    EXECUTE format('INSERT INTO %I.sites_feeds_change (page_id, content_id, at)
        VALUES ($1, $2, now())', TG_TABLE_SCHEMA) USING page_key, content;
    RETURN NULL;
END $$;
