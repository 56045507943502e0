-- The changes of the group: every new version of a search row bears the next number. A writer first shows, until its
-- commit, the last number that was given before its own; so a reader who looks at what writers show, after he looked
-- which number was last, knows up to where every number is committed or never will be (search/changes.py).
CREATE OR REPLACE FUNCTION public.search_note_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before bigint;
BEGIN
    -- Once in a transaction: a lock for every row of a large one would be too many.
    IF coalesce(current_setting('govsites.search_change', true), '') <> pg_current_xact_id()::text THEN
        SELECT last_value INTO before FROM public.search_change;
        PERFORM pg_advisory_xact_lock_shared((742003::bigint << 40) | before);
        PERFORM set_config('govsites.search_change', pg_current_xact_id()::text, true);
    END IF;
    NEW.change := nextval('public.search_change');
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER search_notes_change BEFORE INSERT OR UPDATE OF version ON public.search_document
    FOR EACH ROW EXECUTE FUNCTION public.search_note_change();

-- A site that opens, pauses or closes changes what is public of it; a block, what stands at an address.
CREATE OR REPLACE FUNCTION public.search_tell_site() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.search_document SET version = nextval('public.search_version'), not_before = NULL, updated_at = now()
    WHERE sites @> ARRAY[NEW.schema_name]::varchar(63)[] AND NOT is_withdrawn;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER search_tells_site AFTER UPDATE OF state ON public.network_tenancy_site
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION public.search_tell_site();

CREATE OR REPLACE FUNCTION public.search_tell_block() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.search_document SET version = nextval('public.search_version'), not_before = NULL, updated_at = now()
    WHERE NOT is_withdrawn AND EXISTS (
        SELECT 1 FROM jsonb_each_text(addresses) AS address WHERE starts_with(address.value, NEW.path || '/'));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER search_tells_block AFTER INSERT OR UPDATE OF lifted_at ON public.network_blocks_block
    FOR EACH ROW EXECUTE FUNCTION public.search_tell_block();
