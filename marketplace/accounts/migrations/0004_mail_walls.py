"""Mails may be asked for by anybody who serves, and read by nobody but the sender's task."""

from django.db import migrations

MAIL = """
ALTER TABLE accounts_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY mail_app ON accounts_mail FOR INSERT TO app WITH CHECK (merchant_id IS NULL);
CREATE POLICY mail_merchant ON accounts_mail FOR INSERT TO r_merchant
    WITH CHECK (merchant_id = (SELECT nullif(current_setting('app.merchant', true), '')::uuid));
CREATE POLICY mail_customer ON accounts_mail FOR INSERT TO r_customer WITH CHECK (true);
CREATE POLICY mail_operator ON accounts_mail TO r_operator USING (true);
GRANT INSERT ON accounts_mail TO app, r_merchant, r_customer, r_operator;
GRANT SELECT, UPDATE ON accounts_mail TO r_operator;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_mail")]
    operations = [migrations.RunSQL(MAIL, reverse_sql=migrations.RunSQL.noop)]
