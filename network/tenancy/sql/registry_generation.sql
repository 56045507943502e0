-- A change moves the first row that no other open transaction holds, so that two sites can be opened at a
-- time; what requests compare are the versions of all rows. With every row held it waits for the first.
CREATE OR REPLACE FUNCTION public.network_move_registry_generation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.network_tenancy_registrygeneration SET number = number + 1 WHERE id = coalesce(
        (SELECT id FROM public.network_tenancy_registrygeneration ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED),
        (SELECT min(id) FROM public.network_tenancy_registrygeneration)
    );
    RETURN NULL;
END $$;
