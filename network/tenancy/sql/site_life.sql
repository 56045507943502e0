-- What no form, program or shell may do to the registry: put a site under a wrong level or into a circle,
-- give it a region that is not its own, let its state jump, change its names or state without a trace.

-- The same table as network.tenancy.lifecycle.MOVES; a test compares the two.
CREATE OR REPLACE FUNCTION public.network_site_moves()
RETURNS TABLE (from_state text, to_state text, needs_reason boolean)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    VALUES ('preparing', 'trial', false), ('preparing', 'live', false), ('preparing', 'closed', true),
           ('trial', 'live', false), ('trial', 'preparing', true), ('trial', 'suspended', true),
           ('trial', 'closing', true), ('trial', 'merged', true),
           ('live', 'suspended', true), ('live', 'closing', true), ('live', 'merged', true),
           ('suspended', 'live', true), ('suspended', 'trial', true), ('suspended', 'closing', true),
           ('suspended', 'merged', true),
           ('closing', 'live', true), ('closing', 'closed', true), ('closing', 'merged', true),
           ('merged', 'closed', true)
$$;

CREATE OR REPLACE FUNCTION public.network_level_rank(level text) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE level WHEN 'national' THEN 0 WHEN 'province' THEN 1 ELSE 2 END
$$;

-- First day on which a site whose closing is announced on a day may close, after the rule in force.
CREATE OR REPLACE FUNCTION public.network_earliest_closing(p_level text, p_announced date) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    months integer;
BEGIN
    SELECT (value #>> '{}')::integer INTO months FROM public.network_rules_rule
    WHERE key = 'site.closing_notice_months' AND level IN (p_level, 'all') AND effective_from <= p_announced
      AND (effective_to IS NULL OR effective_to >= p_announced)
    ORDER BY level = p_level DESC, effective_from DESC LIMIT 1;
    IF months IS NULL THEN
        RAISE EXCEPTION 'No rule site.closing_notice_months is in force on %. Add one to network/rules/data.', p_announced
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN (p_announced + make_interval(months => months))::date;
END $$;

CREATE OR REPLACE FUNCTION public.network_hold_site_tree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    above public.network_tenancy_site%ROWTYPE;
BEGIN
    -- The nested update of a moved subtree brings its paths with it.
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF NEW.parent_id IS NULL THEN
        NEW.region_path := '/';
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND NEW.level = OLD.level
       AND NEW.division_code = OLD.division_code AND NEW.region_path = OLD.region_path THEN
        RETURN NEW;
    END IF;
    IF NEW.parent_id = NEW.id THEN
        RAISE EXCEPTION 'Site "%" cannot stand under itself.', NEW.slug USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO above FROM public.network_tenancy_site WHERE id = NEW.parent_id FOR SHARE;
    IF public.network_level_rank(above.level) >= public.network_level_rank(NEW.level) THEN
        RAISE EXCEPTION 'Site "%" of level "%" cannot stand under "%" of level "%".',
            NEW.slug, NEW.level, above.slug, above.level USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.level <> OLD.level AND EXISTS (
            SELECT 1 FROM public.network_tenancy_site AS child WHERE child.parent_id = NEW.id
            AND public.network_level_rank(child.level) <= public.network_level_rank(NEW.level)
        ) THEN
            RAISE EXCEPTION 'Site "%" has sites below it that level "%" may not have.', NEW.slug, NEW.level
                USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (
            WITH RECURSIVE line AS (
                SELECT id, parent_id FROM public.network_tenancy_site WHERE id = NEW.parent_id
                UNION
                SELECT site.id, site.parent_id FROM public.network_tenancy_site AS site JOIN line ON site.id = line.parent_id
            ) SELECT 1 FROM line WHERE id = NEW.id
        ) THEN
            RAISE EXCEPTION 'Site "%" cannot stand under "%", which stands below it.', NEW.slug, above.slug
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.region_path := above.region_path || NEW.division_code || '/';
    RETURN NEW;
END $$;

-- The whole subtree follows its head in one statement.
CREATE OR REPLACE FUNCTION public.network_move_subtree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.region_path <> OLD.region_path AND pg_trigger_depth() = 1 THEN
        UPDATE public.network_tenancy_site
        SET region_path = NEW.region_path || substr(region_path, length(OLD.region_path) + 1)
        WHERE starts_with(region_path, OLD.region_path) AND id <> NEW.id AND OLD.region_path <> '/'
          AND id IN (
            WITH RECURSIVE below AS (
                SELECT id FROM public.network_tenancy_site WHERE parent_id = NEW.id
                UNION
                SELECT site.id FROM public.network_tenancy_site AS site JOIN below ON site.parent_id = below.id
            ) SELECT id FROM below);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION public.network_hold_site_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    needs_reason boolean;
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'preparing' THEN
            RAISE EXCEPTION 'Site "%" begins as "preparing", not as "%".', NEW.slug, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.slug <> OLD.slug OR NEW.schema_name <> OLD.schema_name THEN
        RAISE EXCEPTION 'The key of site "%" never changes.', OLD.slug USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        IF NEW.closing_on IS DISTINCT FROM OLD.closing_on OR NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id THEN
            RAISE EXCEPTION 'Closing day and merging of site "%" change with its state only.', NEW.slug
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT move.needs_reason INTO needs_reason FROM public.network_site_moves() AS move
    WHERE move.from_state = OLD.state AND move.to_state = NEW.state;
    IF needs_reason IS NULL OR (NEW.level = 'national' AND NEW.state NOT IN ('trial', 'live')) THEN
        RAISE EXCEPTION 'Site "%" cannot go from "%" to "%".', NEW.slug, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF needs_reason AND btrim(NEW.state_reason) = '' THEN
        RAISE EXCEPTION 'Site "%" goes from "%" to "%" with a reason only.', NEW.slug, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'closing' AND NEW.state = 'closed' AND (OLD.closing_on IS NULL OR OLD.closing_on > today) THEN
        RAISE EXCEPTION 'Site "%" closes on % at the earliest.', NEW.slug, OLD.closing_on
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('closed', 'merged') AND EXISTS (
        SELECT 1 FROM public.network_tenancy_site AS child
        WHERE child.parent_id = NEW.id AND child.state NOT IN ('closed', 'merged')
    ) THEN
        RAISE EXCEPTION 'Site "%" still has open sites below it.', NEW.slug USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'closing' THEN
        NEW.closing_on := greatest(NEW.closing_on, public.network_earliest_closing(NEW.level, today));
    ELSIF NEW.state <> 'closed' THEN
        NEW.closing_on := NULL;
    END IF;
    IF NEW.state = 'merged' AND (NEW.merged_into_id IS NULL OR NEW.merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'Site "%" merges into another site only.', NEW.slug USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state NOT IN ('merged', 'closed') THEN
        NEW.merged_into_id := NULL;
    END IF;
    NEW.state_changed_at := now();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION public.network_keep_site_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
    named_on date := coalesce(NEW.named_on, today);
BEGIN
    IF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
        INSERT INTO public.network_tenancy_sitetransition
            (site, from_state, to_state, reason, person, acting_site, closing_on, merged_into, at)
        VALUES (NEW.slug, CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END, NEW.state, NEW.state_reason,
            NEW.changed_by, NEW.changed_from, NEW.closing_on,
            coalesce((SELECT slug FROM public.network_tenancy_site WHERE id = NEW.merged_into_id), ''), now());
    END IF;
    IF TG_OP = 'INSERT' OR (NEW.full_name, NEW.short_name) IS DISTINCT FROM (OLD.full_name, OLD.short_name) THEN
        UPDATE public.network_tenancy_sitename SET valid_to = greatest(valid_from, named_on - 1)
        WHERE site = NEW.slug AND valid_to IS NULL;
        INSERT INTO public.network_tenancy_sitename (site, full_name, short_name, valid_from, person, recorded_at)
        VALUES (NEW.slug, NEW.full_name, NEW.short_name, named_on, NEW.changed_by, now());
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION public.network_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

-- In the order of their names: the tree first, then the state.
CREATE TRIGGER hold_site_1_tree BEFORE INSERT OR UPDATE OF parent_id, level, division_code, region_path
    ON public.network_tenancy_site FOR EACH ROW EXECUTE FUNCTION public.network_hold_site_tree();
CREATE TRIGGER hold_site_2_state BEFORE INSERT OR UPDATE
    ON public.network_tenancy_site FOR EACH ROW EXECUTE FUNCTION public.network_hold_site_state();
CREATE TRIGGER keep_site_history AFTER INSERT OR UPDATE
    ON public.network_tenancy_site FOR EACH ROW EXECUTE FUNCTION public.network_keep_site_history();
CREATE TRIGGER move_subtree AFTER UPDATE
    ON public.network_tenancy_site FOR EACH ROW EXECUTE FUNCTION public.network_move_subtree();
CREATE TRIGGER transition_stays BEFORE UPDATE OR DELETE ON public.network_tenancy_sitetransition
    FOR EACH ROW EXECUTE FUNCTION public.network_refuse_change();

INSERT INTO public.network_tenancy_sitetransition
    (site, from_state, to_state, reason, person, acting_site, merged_into, at)
SELECT slug, '', state, state_reason, '', '', '', created_at FROM public.network_tenancy_site;
INSERT INTO public.network_tenancy_sitename (site, full_name, short_name, valid_from, person, recorded_at)
SELECT slug, full_name, short_name, (created_at AT TIME ZONE 'Asia/Shanghai')::date, '', now()
FROM public.network_tenancy_site;
