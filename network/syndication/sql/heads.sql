-- The head of an item that travels: its version only grows, a recall is final, it stays the same item of the same site.
CREATE OR REPLACE FUNCTION public.network_keep_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.content_id = OLD.content_id AND NEW.origin = OLD.origin AND NEW.version >= OLD.version
       AND (OLD.state <> 'recalled' OR (NEW.state = 'recalled' AND NEW.version = OLD.version)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Item "%" (%, version %) cannot become %, version %.',
        OLD.title, OLD.state, OLD.version, NEW.state, NEW.version
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'head_only_grows',
              HINT = 'Publish a new version; instead of a recalled item write another one.';
END $$;

CREATE OR REPLACE TRIGGER head_only_grows BEFORE UPDATE ON public.network_syndication_item
    FOR EACH ROW EXECUTE FUNCTION public.network_keep_head();
