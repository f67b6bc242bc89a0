from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pastes", "0001_initial_schema")]

    operations = [
        migrations.AddField(
            model_name="paste",
            name="parent_id",
            field=models.UUIDField(null=True),
        ),
    ]
