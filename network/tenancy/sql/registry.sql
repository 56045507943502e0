-- Every change of the registry moves one number, which each request compares with what it holds.
CREATE OR REPLACE FUNCTION public.network_move_registry_generation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.network_tenancy_registrygeneration SET number = number + 1 WHERE id = 1;
    RETURN NULL;
END $$;

CREATE TRIGGER site_moves_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_tenancy_site
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_move_registry_generation();
CREATE TRIGGER domain_moves_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_tenancy_domain
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_move_registry_generation();
