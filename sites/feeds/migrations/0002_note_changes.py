"""Triggers that write down what goes on line, changes there, goes off."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "changes.sql").read_text(encoding="utf-8")
# Two schemas may migrate at the same time; replacing one function twice at once is an error.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('sites.feeds change function'));"
ITEM_DEPTH = 4
TRIGGERS = f"""
CREATE CONSTRAINT TRIGGER notes_change_new AFTER INSERT ON wagtailcore_page DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.live AND NEW.depth = {ITEM_DEPTH}) EXECUTE FUNCTION public.feeds_note_change();
CREATE CONSTRAINT TRIGGER notes_change AFTER UPDATE ON wagtailcore_page DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.depth = {ITEM_DEPTH} AND (OLD.live OR NEW.live) AND
        (OLD.live, OLD.title, OLD.url_path, OLD.first_published_at, OLD.last_published_at) IS DISTINCT FROM
        (NEW.live, NEW.title, NEW.url_path, NEW.first_published_at, NEW.last_published_at))
    EXECUTE FUNCTION public.feeds_note_change();
CREATE CONSTRAINT TRIGGER notes_change_gone AFTER DELETE ON wagtailcore_page DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.live AND OLD.depth = {ITEM_DEPTH}) EXECUTE FUNCTION public.feeds_note_change();
CREATE CONSTRAINT TRIGGER notes_change AFTER UPDATE OF placed_version ON sites_inbox_placementpage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.placed_version <> NEW.placed_version) EXECUTE FUNCTION public.feeds_note_change();
"""
BACK = """
DROP TRIGGER notes_change ON sites_inbox_placementpage;
DROP TRIGGER notes_change_gone ON wagtailcore_page;
DROP TRIGGER notes_change ON wagtailcore_page;
DROP TRIGGER notes_change_new ON wagtailcore_page;
"""
# What is on line already is told once, oldest first.
FILL = f"""
INSERT INTO sites_feeds_change (page_id, content_id, at)
SELECT page.id, coalesce(placement.content_id, page.translation_key),
    coalesce(page.last_published_at, now())
FROM wagtailcore_page AS page LEFT JOIN sites_inbox_placementpage AS placement ON placement.page_ptr_id = page.id
WHERE page.live AND page.depth = {ITEM_DEPTH} ORDER BY page.first_published_at, page.id;
INSERT INTO sites_feeds_changeepoch (id, epoch) VALUES (1, gen_random_uuid());
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sites_feeds", "0001_initial"),
        ("sites_inbox", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunSQL([LOCK, SQL], migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, BACK),
    ]
