-- The publish gate. A live page must match an approval in exactly its stored rows, by whatever way it
-- came to be live. Functions are group-wide; they work on the schema that they are told. Those that are
-- called for every publish set their search_path to that schema, until they end, and name its tables without one: the
-- plans of their statements stay with the session, one for all sites; a session that turns to another site plans them
-- anew. All these tables stand in every site, so none of the session's own is taken for one of them.

-- The name of the function that reads the rows of a page out of the gated tables of a schema; NULL where it has none. It
-- is one for all schemas with the same tables.
CREATE OR REPLACE FUNCTION public.gate_reader(p_schema text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', p_schema), true);
    RETURN (SELECT 'gate_reader_' || md5(string_agg(concat_ws(' ', table_name, page_column, is_child), ',' ORDER BY table_name))
            FROM sites_editing_gatedtable);
END $$;

-- The statement within that function, for the page $1.
CREATE OR REPLACE FUNCTION public.gate_reading(p_schema text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    each_table text;
BEGIN
    EXECUTE format(
        $table$SELECT string_agg(format(
            'SELECT %%L::text AS name, %%L::boolean AS is_child, to_jsonb(held) - ''id'' - %%L AS facts
             FROM %%I AS held WHERE held.%%I = $1',
            table_name, is_child, page_column, table_name, page_column), ' UNION ALL ' ORDER BY table_name)
        FROM %I.sites_editing_gatedtable$table$, p_schema) INTO each_table;
    RETURN 'SELECT jsonb_agg(jsonb_build_array(name, is_child, facts)) FROM (' || each_table || ') AS every';
END $$;

-- Makes that function, where no schema with the same tables made it before; true when it did. Owner role.
CREATE OR REPLACE FUNCTION public.gate_make_reader(p_schema text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reader text := public.gate_reader(p_schema);
BEGIN
    IF reader IS NULL OR to_regprocedure(format('public.%I(bigint)', reader)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION public.%I(bigint) RETURNS jsonb
         LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS %L',
        reader, 'BEGIN RETURN (' || public.gate_reading(p_schema) || '); END');
    RETURN true;
END $$;

-- Every row of a page in the gated tables, read in one statement: an array of [table, is_child, facts], the facts
-- without keys. All tables are asked: a row of another type's table would be shown by lists of that type.
CREATE OR REPLACE FUNCTION public.gate_rows(p_schema text, p_page bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    reader text := public.gate_reader(p_schema);
    held jsonb;
BEGIN
    IF reader IS NULL THEN
        RETURN '[]';
    END IF;
    -- Until this function ends. All these tables stand in the schema, so none of a session is taken for one of them.
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', p_schema), true);
    -- In the midst of an upgrade a schema may have tables that no reader was made for.
    EXECUTE CASE WHEN to_regprocedure(format('public.%I(bigint)', reader)) IS NULL THEN public.gate_reading(p_schema)
            ELSE format('SELECT public.%I($1)', reader) END INTO held USING p_page;
    RETURN coalesce(held, '[]');
END $$;

-- SHA-256 over the stored rows of one page: what a reader sees, without keys and places in the tree. ``p_rows`` is what
-- ``gate_rows`` read of it.
CREATE OR REPLACE FUNCTION public.gate_rows_hash(p_schema text, p_page bigint, p_rows jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    whole text;
BEGIN
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', p_schema), true);
    SELECT jsonb_build_object('type', content_type_id, 'title', title, 'seo_title', seo_title,
        'search_description', search_description, 'first_published_at', first_published_at)::text
    INTO whole FROM wagtailcore_page WHERE id = p_page;
    IF whole IS NULL THEN
        RETURN NULL;
    END IF;
    whole := whole || coalesce((
        SELECT string_agg(E'\n' || name || E'\n' || facts, '' ORDER BY name) FROM (
            SELECT held ->> 0 AS name, string_agg((held -> 2)::text, E'\n' ORDER BY (held -> 2)::text) AS facts
            FROM jsonb_array_elements(p_rows) AS held GROUP BY held ->> 0
        ) AS tables), '');
    RETURN encode(sha256(convert_to(whole, 'UTF8')), 'hex');
END $$;

CREATE OR REPLACE FUNCTION public.gate_page_hash(p_schema text, p_page bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT public.gate_rows_hash(p_schema, p_page, public.gate_rows(p_schema, p_page))
$$;

-- Fired at commit on the page table and every gated table. The bare root of the tree, at no address, is nobody's words.
CREATE OR REPLACE FUNCTION public.gate_check() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    held record;
    page_key bigint;
    rows jsonb;
    digest text;
BEGIN
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', TG_TABLE_SCHEMA), true);
    -- A row that is handed to another page changes both.
    FOR page_key IN
        SELECT DISTINCT touched FROM unnest(ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN (to_jsonb(OLD) ->> TG_ARGV[0])::bigint END,
            CASE WHEN TG_OP <> 'DELETE' THEN (to_jsonb(NEW) ->> TG_ARGV[0])::bigint END
        ]) AS touched WHERE touched IS NOT NULL
    LOOP
        SELECT live, depth, url_path, title, alias_of_id INTO held FROM wagtailcore_page WHERE id = page_key;
        CONTINUE WHEN held IS NULL OR NOT held.live;
        rows := public.gate_rows(TG_TABLE_SCHEMA, page_key);
        CONTINUE WHEN held.depth = 1 AND held.url_path = '/' AND rows = '[]';
        digest := public.gate_rows_hash(TG_TABLE_SCHEMA, page_key, rows);
        IF NOT EXISTS (
            SELECT FROM sites_editing_approval
            WHERE page_id IN (page_key, coalesce(held.alias_of_id, page_key)) AND voided_at IS NULL AND rows_hash = digest
        ) THEN
            RAISE EXCEPTION 'Page % "%" of site % is not approved in this form.', page_key, held.title, TG_TABLE_SCHEMA
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                      HINT = 'Submit it for review; the last approval publishes it.';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- True for a schema of the role that the gate works as. A session has a schema for its temporary tables, with whatever
-- triggers it likes: the gate's own rights must not reach them.
CREATE OR REPLACE FUNCTION public.gate_is_kept(p_schema text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = p_schema AND nspowner = current_user::regrole)
$$;

-- A page that goes off line, or goes altogether, loses its approvals, its aliases go with it.
CREATE OR REPLACE FUNCTION public.gate_void() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT public.gate_is_kept(TG_TABLE_SCHEMA) THEN
        RAISE EXCEPTION 'Schema % is none of the platform.', TG_TABLE_SCHEMA USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format(
        'UPDATE %I.sites_editing_approval SET voided_at = now(), voided_reason = ''off line''
         WHERE page_id = $1 AND voided_at IS NULL', TG_TABLE_SCHEMA) USING OLD.id;
    EXECUTE format('UPDATE %I.wagtailcore_page SET live = false WHERE alias_of_id = $1 AND live', TG_TABLE_SCHEMA)
        USING OLD.id;
    RETURN NULL;
END $$;

-- An alias was approved with its original: it goes with that one. Fired at commit, before the check of its place.
CREATE OR REPLACE FUNCTION public.gate_alias() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('UPDATE %1$I.wagtailcore_page SET live = false WHERE id = $1 AND live AND alias_of_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM %1$I.wagtailcore_page WHERE id = $2)', TG_TABLE_SCHEMA)
        USING NEW.id, OLD.alias_of_id;
    RETURN NULL;
END $$;

-- Approvals, recalls, index numbers know a page by its key and its content id: it keeps both while it is on line.
CREATE OR REPLACE FUNCTION public.gate_identity() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Page % "%" of site % keeps its key and its content id.', OLD.id, OLD.title, TG_TABLE_SCHEMA
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
              HINT = 'Make a copy, let it be reviewed, take this page off line.';
END $$;

-- A redirect leads to a page or a path of its own site; what stands there was approved. Nobody reviewed what is elsewhere.
CREATE OR REPLACE FUNCTION public.gate_redirect() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own constant text := '^/([^/\\[:cntrl:]][^\\[:cntrl:]]*)?$';
BEGIN
    IF (NEW.redirect_link = '' OR NEW.redirect_link ~ own)
       AND (NEW.redirect_page_route_path = '' OR NEW.redirect_page_route_path ~ own) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The redirect of "%" leads away from site %: "%".', NEW.old_path, TG_TABLE_SCHEMA,
        NEW.redirect_link || NEW.redirect_page_route_path
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
              HINT = 'Publish an item with the link; readers are told before they leave.';
END $$;

-- True when a stored value says the same as the value in a revision's JSON.
CREATE OR REPLACE FUNCTION public.gate_same(p_stored jsonb, p_revised jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    revised_text text := p_revised #>> '{}';
BEGIN
    IF p_stored = p_revised THEN
        RETURN true;
    END IF;
    IF coalesce(p_stored #>> '{}', '') = '' AND coalesce(revised_text, '') = '' THEN
        RETURN true;
    END IF;
    IF p_revised IS NULL OR jsonb_typeof(p_revised) <> 'string' THEN
        RETURN false;
    END IF;
    BEGIN
        IF jsonb_typeof(p_stored) IN ('array', 'object', 'number', 'boolean') THEN
            RETURN p_stored = revised_text::jsonb;
        END IF;
        RETURN (p_stored #>> '{}')::timestamptz = revised_text::timestamptz;
    EXCEPTION WHEN others THEN
        RETURN false;
    END;
END $$;

-- True when the stored rows of a page, as ``gate_rows`` read them, say what this revision says.
CREATE OR REPLACE FUNCTION public.gate_rows_match(p_schema text, p_page bigint, p_rows jsonb, p_content jsonb)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    held jsonb;
    field text;
    value jsonb;
    name text;
BEGIN
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', p_schema), true);
    SELECT jsonb_build_object('title', title, 'seo_title', seo_title, 'search_description', search_description)
    INTO held FROM wagtailcore_page WHERE id = p_page;
    FOR field, value IN SELECT * FROM jsonb_each(held) LOOP
        IF NOT public.gate_same(value, p_content -> field) THEN
            RETURN false;
        END IF;
    END LOOP;
    FOR field, value IN
        SELECT fact.key, fact.value FROM jsonb_array_elements(p_rows) AS kept, jsonb_each(kept -> 2) AS fact
        WHERE NOT (kept -> 1)::boolean
    LOOP
        name := CASE WHEN p_content ? field THEN field ELSE regexp_replace(field, '_id$', '') END;
        IF NOT (p_content ? name) OR NOT public.gate_same(value, p_content -> name) THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END $$;

-- True when what the rows of a page say of their openness lets them be public: open, or the bare entry of what is
-- given on request. A table without that column (columns, placements of open editions) is open.
CREATE OR REPLACE FUNCTION public.gate_may_be_public(p_rows jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_and(
        NOT facts ? 'openness' OR coalesce(facts ->> 'openness', '') = 'open'
        OR (coalesce(facts ->> 'openness', '') = 'on_request' AND coalesce(facts ->> 'body', '') IN ('', '[]'))
    ), true)
    FROM (SELECT kept -> 2 AS facts FROM jsonb_array_elements(p_rows) AS kept WHERE NOT (kept -> 1)::boolean) AS held
$$;

-- The value of a rule in force at a site, the nearest layer first: the site's own place, its province's, the
-- country's; in a layer the level's own entry before the one for all. Null when none is in force.
CREATE OR REPLACE FUNCTION public.gate_rule(p_schema text, p_key text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE line AS (
        SELECT slug, level, parent_id, 0 AS distance
        FROM public.network_tenancy_site WHERE schema_name = p_schema
        UNION ALL
        SELECT above.slug, above.level, above.parent_id, line.distance + 1
        FROM line JOIN public.network_tenancy_site AS above ON above.id = line.parent_id
    ), layer AS (
        SELECT slug AS place, distance FROM line WHERE level <> 'national'
        UNION ALL SELECT '', 1000
    )
    SELECT rule.value FROM public.network_rules_rule AS rule JOIN layer ON layer.place = rule.place
    WHERE rule.key = p_key AND rule.level IN ('all', (SELECT level FROM line WHERE distance = 0))
      AND rule.effective_from <= current_date AND coalesce(rule.effective_to, 'infinity') >= current_date
    ORDER BY layer.distance, rule.level = 'all', rule.effective_from DESC LIMIT 1
$$;

-- Whether publishing in this place is an act of its own, a publisher's, after the last approval: where the rules in force
-- at the site say so, where the site says so itself, for all of it or for columns with what lies or is grouped below.
CREATE OR REPLACE FUNCTION public.gate_wants_publisher(p_schema text, p_page bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_wanted boolean := public.gate_rule(p_schema, 'publishing.is_act') = 'true'::jsonb;
BEGIN
    IF is_wanted OR to_regclass(format('%I.sites_editing_publishingplace', p_schema)) IS NULL THEN
        RETURN coalesce(is_wanted, false);
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.sites_editing_publishingplace)', p_schema) INTO is_wanted;
    IF NOT is_wanted THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'WITH RECURSIVE wanted AS (
             SELECT place.column_key::text AS key, page.path::text AS path
             FROM %1$I.sites_editing_publishingplace AS place
             LEFT JOIN (%1$I.sites_pages_columnpage AS held JOIN %1$I.wagtailcore_page AS page ON page.id = held.page_ptr_id)
                 ON held.key = place.column_key
             UNION
             SELECT below.key::text, page.path::text
             FROM wanted JOIN %1$I.sites_pages_columnpage AS below ON below.parent_key = wanted.key
             JOIN %1$I.wagtailcore_page AS page ON page.id = below.page_ptr_id
             WHERE wanted.key <> ''''
         )
         SELECT coalesce(bool_or(wanted.key = '''' OR starts_with(page.path, wanted.path)), false)
         FROM wanted JOIN %1$I.wagtailcore_page AS page ON page.id = $1', p_schema) INTO is_wanted USING p_page;
    RETURN is_wanted;
END $$;

-- The only writer of approvals. Re-checks what it is told against what is recorded; p_kind is
--   review       decisions on the live revision, by as many different people as the level's rule asks,
--                at least two, none of them an author, one of them the secrecy reviewer; a decision counts
--                where the duty it was made in reaches the page, and serves one approval: after a take-down,
--                or a later form, the same form is decided on anew; so is what a publisher returned. Where publishing
--                is an act of its own, a publisher acted last: in service, with the duty on this page, no author, by
--                the rules none of the reviewers. What went on line in the lane waits for no publisher when it is
--                reviewed again
--   emergency    decisions of people who were named when somebody with that duty marked this very revision as
--                an emergency: fewer, where the rules of the site open the lane, never fewer than two, none of
--                them an author, among them the final and the secrecy reviewer
--   edition      a placement of a live item without a local note
--   provisioned  rows that provisioning makes from the template (owner role only)
--   sample       sample content of a demo install (owner role only)
-- Returns the number of pages approved; raises for the first that does not qualify.
CREATE OR REPLACE FUNCTION public.gate_approve(p_schema text, p_kind text, p_pages bigint[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    page_key bigint;
    held record;
    rows jsonb;
    revised record;
    decided_hash text;
    approved_hash text;
    behind record;
    people integer;
    is_secrecy_checked boolean;
    is_final_checked boolean;
    decisions jsonb;
    authors bigint[];
    named bigint[];
    required integer;
    is_published boolean;
    is_apart boolean;
    origin_approval jsonb;
    count_approved integer := 0;
BEGIN
    IF p_kind NOT IN ('review', 'emergency', 'edition', 'provisioned', 'sample') THEN
        RAISE EXCEPTION 'Approval kind % does not exist.', p_kind USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT public.gate_is_kept(p_schema) THEN
        RAISE EXCEPTION 'Schema % is none of the platform.', p_schema USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF pg_my_temp_schema() <> 0 AND EXISTS (
        SELECT FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname ~ '^(auth|sites|wagtailcore)_'
    ) THEN
        RAISE EXCEPTION 'The session has tables of its own by the names of the platform''s.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_kind IN ('provisioned', 'sample') AND NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
        RAISE EXCEPTION 'Approvals of kind % are written by the owner role only.', p_kind
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_kind = 'sample' AND NOT coalesce((SELECT is_demo FROM public.network_tenancy_installation), false) THEN
        RAISE EXCEPTION 'Sample content is allowed in a demo install only.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_kind = 'review' THEN
        SELECT max(greatest((rule.value #>> '{}')::integer, 2)) INTO required
        FROM public.network_rules_rule AS rule JOIN public.network_tenancy_site AS site ON site.schema_name = p_schema
        WHERE rule.key = 'review.people' AND rule.level IN (site.level, 'all')
          AND rule.effective_from <= current_date AND coalesce(rule.effective_to, 'infinity') >= current_date;
        IF required IS NULL THEN
            RAISE EXCEPTION 'No rule review.people is in force for site %.', p_schema
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
        END IF;
    ELSIF p_kind = 'emergency' THEN
        IF public.gate_rule(p_schema, 'emergency.is_open') IS DISTINCT FROM 'true'::jsonb THEN
            RAISE EXCEPTION 'The rules in force keep the emergency lane of site % closed.', p_schema
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
        END IF;
        required := greatest(
            (public.gate_rule(p_schema, 'emergency.people') #>> '{}')::integer,
            (public.gate_rule(p_schema, 'review.floor') #>> '{}')::integer, 2);
    END IF;
    PERFORM set_config('search_path', format('pg_catalog, %I, pg_temp', p_schema), true);
    FOREACH page_key IN ARRAY p_pages LOOP
        SELECT id, live, title, live_revision_id, owner_id INTO held FROM wagtailcore_page WHERE id = page_key;
        IF held.id IS NULL THEN
            RAISE EXCEPTION 'Page % does not exist on site %.', page_key, p_schema USING ERRCODE = 'no_data_found';
        END IF;
        rows := public.gate_rows(p_schema, page_key);
        IF NOT public.gate_may_be_public(rows) THEN
            RAISE EXCEPTION 'Page % "%" holds information that is not open to the public.', page_key, held.title
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                      HINT = 'Withheld information stays off line; an entry on request has no body.';
        END IF;
        people := 0;
        decisions := '[]'::jsonb;
        IF p_kind IN ('review', 'emergency') THEN
            SELECT id, user_id, content INTO revised FROM wagtailcore_revision
            WHERE id = held.live_revision_id AND object_id = page_key::text;
            IF revised.id IS NULL OR NOT public.gate_rows_match(p_schema, page_key, rows, revised.content) THEN
                RAISE EXCEPTION 'Page % "%" does not stand as its reviewed revision says.', page_key, held.title
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
            END IF;
            -- Until the end of this transaction nobody changes what its pictures and files are called.
            decided_hash := public.gate_digest(revised.content, public.gate_hold_words(p_schema, revised.content));
            named := NULL;
            IF p_kind = 'emergency' THEN
                SELECT ARRAY(SELECT jsonb_array_elements_text(mark.reviewers)::bigint) INTO named
                FROM sites_editing_emergencymark AS mark
                WHERE mark.page_id = page_key AND mark.revision_id = revised.id AND mark.content_hash = decided_hash
                  AND EXISTS (SELECT FROM sites_accounts_staff AS person
                              JOIN sites_accounts_staff_groups AS member ON member.staff_id = person.id
                              JOIN auth_group AS duty ON duty.id = member.group_id
                              WHERE person.id = mark.person_id AND person.is_active AND duty.name = '应急发布')
                  AND public.accounts_duty_covers(p_schema, mark.person_id, 'emergency', page_key)
                ORDER BY mark.id DESC LIMIT 1;
                IF named IS NULL THEN
                    RAISE EXCEPTION 'Page % "%" is not marked as an emergency in this form.', page_key, held.title
                        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                              HINT = 'Let somebody with the duty 应急发布 mark the revision under review.';
                END IF;
            END IF;
            -- Authors: everybody who wrote since the last approval, with the owner.
            SELECT array_agg(DISTINCT writer) INTO authors FROM (
                SELECT user_id AS writer FROM wagtailcore_revision
                WHERE object_id = page_key::text AND id <= revised.id AND id > coalesce((
                    SELECT max(revision_id) FROM sites_editing_approval
                    WHERE page_id = page_key AND kind = 'review'), 0)
                UNION SELECT held.owner_id UNION SELECT revised.user_id) AS writers WHERE writer IS NOT NULL;
            SELECT count(DISTINCT person_id) FILTER (WHERE duty <> 'publisher'),
                coalesce(bool_or(duty = 'secrecy_reviewer'), false),
                coalesce(bool_or(duty = 'final_reviewer'), false), coalesce(jsonb_agg(id ORDER BY id), '[]')
            INTO people, is_secrecy_checked, is_final_checked, decisions
            FROM sites_editing_decision AS decision
            WHERE page_id = page_key AND revision_id = revised.id AND content_hash = decided_hash AND outcome = 'approve'
              AND NOT (person_id = ANY(coalesce(authors, '{}')))
              AND (named IS NULL OR person_id = ANY(named))
              AND public.accounts_duty_covers(p_schema, person_id, duty, page_key)
              AND EXISTS (SELECT FROM sites_accounts_staff AS person WHERE person.id = decision.person_id AND person.is_active)
              AND NOT EXISTS (
                  SELECT FROM sites_editing_decision AS returned
                  WHERE returned.page_id = page_key AND returned.revision_id = revised.id AND returned.duty = 'publisher'
                    AND returned.outcome = 'return' AND returned.id > decision.id)
              AND NOT EXISTS (
                  SELECT FROM sites_editing_approval AS used
                  WHERE used.page_id = page_key AND used.voided_at IS NOT NULL AND used.decisions @> to_jsonb(decision.id)
                    AND NOT EXISTS (SELECT FROM sites_editing_approval AS kept WHERE kept.page_id = page_key
                                    AND kept.voided_at IS NULL AND kept.revision_id = used.revision_id));
            IF NOT is_secrecy_checked THEN
                RAISE EXCEPTION 'Page % "%" has no secrecy check by another person.', page_key, held.title
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
            END IF;
            IF p_kind = 'emergency' AND NOT is_final_checked THEN
                RAISE EXCEPTION 'Page % "%" has no final review by another person.', page_key, held.title
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
            END IF;
            IF people < required THEN
                RAISE EXCEPTION 'Page % "%" was approved by % people, the rule asks for %.', page_key, held.title, people, required
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
            END IF;
            IF p_kind = 'review' AND public.gate_wants_publisher(p_schema, page_key) THEN
                is_apart := public.gate_rule(p_schema, 'publishing.is_apart') IS DISTINCT FROM 'false'::jsonb;
                is_published := EXISTS (
                    SELECT FROM sites_editing_approval AS lane
                    WHERE lane.page_id = page_key AND lane.revision_id = revised.id AND lane.kind = 'emergency'
                      AND lane.voided_at IS NULL
                ) OR EXISTS (
                    SELECT FROM sites_editing_decision AS act
                    JOIN sites_accounts_staff_groups AS member ON member.staff_id = act.person_id
                    JOIN auth_group AS duty ON duty.id = member.group_id AND duty.name = '发布'
                    WHERE act.duty = 'publisher' AND decisions @> to_jsonb(act.id) AND NOT EXISTS (
                        SELECT FROM sites_editing_decision AS review
                        WHERE review.page_id = page_key AND review.duty <> 'publisher' AND decisions @> to_jsonb(review.id)
                          AND (review.id > act.id OR (is_apart AND review.person_id = act.person_id))));
                IF NOT is_published THEN
                    RAISE EXCEPTION 'Page % "%" was not published by a publisher.', page_key, held.title
                        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                              HINT = 'Let somebody with the duty 发布 on this column publish what was approved.';
                END IF;
            END IF;
        ELSIF p_kind = 'edition' THEN
            SELECT edition.approval INTO origin_approval FROM sites_inbox_placementpage AS placement
            JOIN public.network_syndication_item AS item ON item.content_id = placement.content_id AND item.state = 'live'
            JOIN public.network_syndication_edition AS edition
              ON edition.content_id = item.content_id AND edition.version = item.version
            WHERE placement.page_ptr_id = page_key AND placement.local_note = '';
            IF origin_approval IS NULL OR NOT (origin_approval ? 'kind') THEN
                RAISE EXCEPTION 'Page % "%" is not the plain placement of a live item.', page_key, held.title
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate';
            END IF;
        END IF;
        approved_hash := public.gate_rows_hash(p_schema, page_key, rows);
        UPDATE sites_editing_approval SET voided_at = now(), voided_reason = 'superseded'
        WHERE page_id = page_key AND voided_at IS NULL;
        INSERT INTO sites_editing_approval
            (page_id, kind, rows_hash, revision_id, people, decisions, created_at, voided_reason)
        VALUES (page_key, p_kind, approved_hash, held.live_revision_id, people, decisions, now(), '');
        -- An alias of the form before would stay on line with what no approval stands behind any more.
        SELECT id, title INTO behind FROM wagtailcore_page
        WHERE alias_of_id = page_key AND live AND public.gate_page_hash(p_schema, id) <> approved_hash LIMIT 1;
        IF behind.id IS NOT NULL THEN
            RAISE EXCEPTION 'Page % "%" of site % is not approved in this form.', behind.id, behind.title, p_schema
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'publish_gate',
                      HINT = 'It is an alias and says something else than its original.';
        END IF;
        count_approved := count_approved + 1;
    END LOOP;
    RETURN count_approved;
END $$;

-- What stood before the rows of a page were read once for all questions.
DROP FUNCTION IF EXISTS public.gate_is_bare(text, bigint);
DROP FUNCTION IF EXISTS public.gate_rows_match(text, bigint, jsonb);
DROP FUNCTION IF EXISTS public.gate_may_be_public(text, bigint);
