"""Rights of the serving roles on people, and the audit that only grows.

Roles and their meaning: merchants/rls.py. Written out here because people stand below merchants.
"""

from django.db import migrations

ROLES = "app, r_merchant, r_customer, r_operator"

GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {ROLES};
GRANT SELECT, INSERT, UPDATE ON accounts_user, accounts_customer TO {ROLES};
GRANT SELECT ON django_content_type, django_migrations TO {ROLES};
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO {ROLES};
"""

AUDIT = f"""
ALTER TABLE accounts_auditentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_auditentry FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_app ON accounts_auditentry FOR INSERT TO app
    WITH CHECK (merchant_id IS NULL AND customer_id IS NULL);
CREATE POLICY audit_merchant ON accounts_auditentry TO r_merchant
    USING (merchant_id = (SELECT nullif(current_setting('app.merchant', true), '')::uuid));
CREATE POLICY audit_customer ON accounts_auditentry TO r_customer
    USING (customer_id = (SELECT nullif(current_setting('app.customer', true), '')::uuid));
CREATE POLICY audit_operator ON accounts_auditentry TO r_operator USING (true);
GRANT INSERT ON accounts_auditentry TO {ROLES};
GRANT SELECT ON accounts_auditentry TO r_merchant, r_customer, r_operator;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunSQL(GRANTS, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, reverse_sql=migrations.RunSQL.noop),
    ]
