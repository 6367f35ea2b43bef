"""Row-level security of the merchants' own tables."""

from django.db import migrations

from merchants import rls


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_initial"), ("accounts", "0002_walls")]
    operations = [
        rls.public_table("merchants_merchant"),
        rls.tenant_policies("merchants_member", merchant_can=rls.WRITE),
        rls.own_rows_of_person("merchants_member"),
        rls.tenant_policies(
            "merchants_quickitem", merchant_can=rls.ALL, customer_can=rls.READ, public=True
        ),
    ]
