-- A person's tickets and visits end with the duty: whoever is put out of a group or made inactive
-- on the home site finds them withdrawn. Called by triggers on the staff tables of every site.
CREATE OR REPLACE FUNCTION public.network_entry_withdraw() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaver bigint;
BEGIN
    IF TG_TABLE_NAME = 'sites_accounts_staff' THEN
        leaver := OLD.id;
    ELSE
        leaver := OLD.staff_id;
    END IF;
    UPDATE public.network_entry_entryticket SET withdrawn_at = clock_timestamp()
    WHERE home_schema = TG_TABLE_SCHEMA AND person_id = leaver AND withdrawn_at IS NULL
        AND created_at > clock_timestamp() - interval '1 day';
    RETURN NULL;
END $$;
