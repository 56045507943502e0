-- Whatever changes what stands on public pages gives the site (or, under the empty key, the whole group) a new
-- token in its own transaction. A token is random: a rollback, a restore or a lost replica gives none out again.
CREATE OR REPLACE FUNCTION public.network_move_page_token(p_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- What this transaction moved already; a savepoint that is rolled back takes its entries with it.
    moved text := coalesce(current_setting('network.moved_pages', true), '');
BEGIN
    IF position('<' || p_schema || '>' IN moved) > 0 THEN
        RETURN;
    END IF;
    PERFORM set_config('network.moved_pages', moved || '<' || p_schema || '>', true);
    -- Under a frozen view a row that somebody changed meanwhile would be an error: there a row is added.
    IF current_setting('transaction_isolation') = 'read committed' THEN
        UPDATE public.network_page_cache_pagetoken SET token = gen_random_uuid() WHERE id = (
            SELECT id FROM public.network_page_cache_pagetoken WHERE schema_name = p_schema
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        );
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO public.network_page_cache_pagetoken (schema_name, token) VALUES (p_schema, gen_random_uuid());
END $$;

-- On the tables of a site.
CREATE OR REPLACE FUNCTION public.network_site_pages_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.network_move_page_token(TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;

-- On a site's page table: the arguments are columns that no reader sees.
CREATE OR REPLACE FUNCTION public.network_site_pages_edited() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM after LEFT JOIN before USING (id)
        WHERE to_jsonb(after) - TG_ARGV::text[] IS DISTINCT FROM to_jsonb(before) - TG_ARGV::text[]
    ) THEN
        PERFORM public.network_move_page_token(TG_TABLE_SCHEMA);
    END IF;
    RETURN NULL;
END $$;

-- On the group's tables.
CREATE OR REPLACE FUNCTION public.network_group_pages_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.network_move_page_token('');
    RETURN NULL;
END $$;

-- Where an item was placed is the business of that site, whose pages change with it, as long as the origin stands:
-- links from elsewhere lead there. They lead to a placement when the origin is gone.
CREATE OR REPLACE FUNCTION public.network_deliveries_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM changed JOIN public.network_syndication_item AS item ON item.content_id = changed.content_id
        WHERE NOT EXISTS (SELECT FROM public.network_tenancy_site AS site WHERE site.schema_name = item.origin
                          AND site.state NOT IN ('merged', 'closed'))
    ) THEN
        PERFORM public.network_move_page_token('');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_tenancy_site
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_tenancy_domain
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_blocks_block
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_rules_rule
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_syndication_item
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_syndication_edition
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
CREATE TRIGGER moves_page_token_inserted AFTER INSERT ON public.network_syndication_delivery
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.network_deliveries_changed();
CREATE TRIGGER moves_page_token_updated AFTER UPDATE ON public.network_syndication_delivery
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.network_deliveries_changed();
CREATE TRIGGER moves_page_token_deleted AFTER DELETE ON public.network_syndication_delivery
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.network_deliveries_changed();
CREATE TRIGGER moves_page_token_emptied AFTER TRUNCATE ON public.network_syndication_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_group_pages_changed();
