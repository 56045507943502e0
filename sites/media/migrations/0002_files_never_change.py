"""A stored file is never replaced: live pages were approved with its bytes."""

from django.db import migrations

FUNCTION = """
SELECT pg_advisory_xact_lock(hashtext('sites.media functions'));
CREATE OR REPLACE FUNCTION public.media_refuse_replacement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The file of % % cannot be replaced; upload another one.', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'file_never_changes';
END $$;
"""
TRIGGER = """
CREATE TRIGGER file_never_changes BEFORE UPDATE OF file, sha256 ON {table} FOR EACH ROW
    WHEN (OLD.file IS DISTINCT FROM NEW.file OR (OLD.sha256 <> '' AND OLD.sha256 IS DISTINCT FROM NEW.sha256))
    EXECUTE FUNCTION public.media_refuse_replacement();
"""
TABLES = ("sites_media_siteimage", "sites_media_sitedocument")


class Migration(migrations.Migration):
    dependencies = [("sites_media", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [FUNCTION, *[TRIGGER.format(table=table) for table in TABLES]],
            [f"DROP TRIGGER file_never_changes ON {table};" for table in TABLES],
        )
    ]
