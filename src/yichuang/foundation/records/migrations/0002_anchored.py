from django.db import migrations, models

COPY = """
UPDATE records_stream SET anchored = (SELECT MAX(count) FROM records_mark WHERE stream = records_stream.id)
WHERE EXISTS (SELECT 1 FROM records_mark WHERE stream = records_stream.id)
"""


class Migration(migrations.Migration):
    """Note beside each stream how far it is anchored, so that an anchor finds what grew without reading all of them."""

    dependencies = [
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="stream",
            name="anchored",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, help_text="its count at the last anchor that saw it grow"
            ),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="stream",
            index=models.Index(
                condition=models.Q(("count", models.F("anchored")), _negated=True),
                fields=["id"],
                name="stream_grown",
            ),
        ),
    ]
