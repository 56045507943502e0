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
