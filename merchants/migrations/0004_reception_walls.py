"""Hours and holidays are public; a merchant's members set them, and their own reception."""

from django.db import migrations

from merchants import rls

# The row stays public knowledge; its members may change how calls are received, and no more.
OWN_RECEPTION = """
ALTER TABLE merchants_merchant ENABLE ROW LEVEL SECURITY;
ALTER TABLE merchants_merchant FORCE ROW LEVEL SECURITY;
CREATE POLICY merchant_public ON merchants_merchant FOR SELECT TO app, r_merchant, r_customer
    USING (true);
CREATE POLICY merchant_reception ON merchants_merchant FOR UPDATE TO r_merchant
    USING (id = (SELECT nullif(current_setting('app.merchant', true), '')::uuid));
CREATE POLICY merchant_operator ON merchants_merchant TO r_operator USING (true);
GRANT UPDATE (accepting_calls, closed_until, closed_note, keeps_hours, ring_seconds,
    queue_length, media_mode) ON merchants_merchant TO r_merchant;
"""


class Migration(migrations.Migration):
    dependencies = [("merchants", "0003_reception"), ("merchants", "0002_walls")]
    operations = [
        rls.tenant_policies(
            "merchants_openinghours", merchant_can=rls.ALL, customer_can=rls.READ, public=True
        ),
        rls.tenant_policies(
            "merchants_holiday", merchant_can=rls.ALL, customer_can=rls.READ, public=True
        ),
        migrations.RunSQL(OWN_RECEPTION, reverse_sql=migrations.RunSQL.noop),
        # What names a member beside its merchant names one of that merchant's.
        migrations.RunSQL(
            "ALTER TABLE merchants_member ADD CONSTRAINT member_merchant UNIQUE (id, merchant_id)",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
