-- Duties of control stay in different hands, below every screen: forms, shell, import, ticket.
-- System (站点管理, 站群管理), security (安全管理), audit (审计): no account holds two of them, and the
-- auditor holds nothing else. Source: GB/T 22239-2019 8.1.4.2 d), 8.1.5. Called deferred, so that duties
-- can be exchanged within one transaction.
CREATE OR REPLACE FUNCTION public.accounts_duties_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text[];
    kinds integer;
BEGIN
    EXECUTE format(
        'SELECT coalesce(array_agg(g.name::text), %L::text[]) FROM %I.sites_accounts_staff_groups AS m
         JOIN %I.auth_group AS g ON g.id = m.group_id WHERE m.staff_id = $1',
        '{}', TG_TABLE_SCHEMA, TG_TABLE_SCHEMA
    ) INTO held USING NEW.staff_id;
    kinds := (held && ARRAY['站点管理', '站群管理'])::integer + (held && ARRAY['安全管理'])::integer
        + (held && ARRAY['审计'])::integer;
    IF kinds > 1 OR (held && ARRAY['审计'] AND cardinality(held) > 1) THEN
        RAISE EXCEPTION '系统管理、安全管理、审计三种职责必须由不同的人担任，审计员不兼任其他职责。该账号现有：%',
            array_to_string(held, '、')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'duties_apart';
    END IF;
    RETURN NULL;
END
$$;

-- An account is closed, never deleted, and its name stays its own: who did what years ago keeps its meaning.
CREATE OR REPLACE FUNCTION public.accounts_keep_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '账号“%”不能删除，只能停用：用户名不重复使用。', OLD.username
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_stays';
    END IF;
    RAISE EXCEPTION '用户名“%”不能更改：用户名不重复使用。请停用账号，另开新账号。', OLD.username
        USING ERRCODE = 'check_violation', CONSTRAINT = 'account_stays';
END
$$;

-- Where a person's duties are limited to: duty with the tree path of each column, with the columns grouped under it.
-- A limit that names nothing that stands gives a row without a path: the duty holds nowhere, not everywhere.
-- A duty without a row holds on the whole site; so does every duty where the site's table is not there yet.
CREATE OR REPLACE FUNCTION public.accounts_duty_places(p_schema text, p_person bigint)
RETURNS TABLE (held_duty text, held_path text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regclass(format('%I.sites_accounts_dutyscope', p_schema)) IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'WITH RECURSIVE wanted AS (
             SELECT scope.duty::text AS duty, held.key::text AS key, page.path::text AS path
             FROM %1$I.sites_accounts_dutyscope AS scope
             LEFT JOIN (
                 %1$I.sites_pages_columnpage AS held JOIN %1$I.wagtailcore_page AS page ON page.id = held.page_ptr_id
                 LEFT JOIN %1$I.sites_upkeep_columnowner AS owner ON owner.column_id = held.page_ptr_id
             ) ON held.key = scope.column_key OR (scope.department <> '''' AND owner.department = scope.department)
             WHERE scope.person_id = $1
             UNION
             SELECT wanted.duty, below.key::text, page.path::text
             FROM wanted JOIN %1$I.sites_pages_columnpage AS below ON below.parent_key = wanted.key
             JOIN %1$I.wagtailcore_page AS page ON page.id = below.page_ptr_id
             WHERE wanted.key <> ''''
         )
         SELECT DISTINCT wanted.duty, wanted.path FROM wanted', p_schema) USING p_person;
END $$;

-- Whether a person's duty reaches a page.
CREATE OR REPLACE FUNCTION public.accounts_duty_covers(p_schema text, p_person bigint, p_duty text, p_page bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    page_path text;
    is_limited boolean;
BEGIN
    IF to_regclass(format('%I.sites_accounts_dutyscope', p_schema)) IS NULL THEN
        RETURN true;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.sites_accounts_dutyscope WHERE person_id = $1 AND duty = $2)', p_schema)
        INTO is_limited USING p_person, p_duty;
    IF NOT is_limited THEN
        RETURN true;
    END IF;
    EXECUTE format('SELECT path FROM %I.wagtailcore_page WHERE id = $1', p_schema) INTO page_path USING p_page;
    RETURN (SELECT count(*) = 0 OR bool_or(starts_with(page_path, held_path)) IS TRUE
            FROM public.accounts_duty_places(p_schema, p_person) WHERE held_duty = p_duty);
END $$;
