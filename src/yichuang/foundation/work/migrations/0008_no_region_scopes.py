from django.db import migrations, models

FORGET = "DELETE FROM work_access WHERE scope_kind = 'region'"
WRITE = """
INSERT INTO work_access (dossier_id, scope_kind, scope_id) SELECT id, 'region', region FROM work_dossier
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Forget the rows that said in which region a dossier lies: nobody reads them (docs/decisions/0015)."""

    dependencies = [("work", "0007_counting_indexes")]

    operations = [
        migrations.RunSQL(FORGET, WRITE),
        migrations.AlterField(
            model_name="access",
            name="scope_kind",
            field=models.CharField(
                choices=[("unit", "单位"), ("party", "当事人"), ("agent", "经办人")], max_length=8
            ),
        ),
    ]
