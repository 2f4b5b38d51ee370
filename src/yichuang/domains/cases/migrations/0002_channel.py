from django.db import migrations

COPY = """
UPDATE work_dossier SET channel = (SELECT channel FROM cases_case WHERE dossier_id = work_dossier.id)
WHERE channel = '' AND EXISTS (SELECT 1 FROM cases_case WHERE dossier_id = work_dossier.id)
"""


class Migration(migrations.Migration):
    """Copy onto the dossiers that stand already through which door they came: figures count it."""

    dependencies = [
        ("cases", "0001_initial"),
        ("work", "0003_tallies"),
    ]

    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
