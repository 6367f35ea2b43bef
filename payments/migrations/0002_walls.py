"""Row-level security of the money, and books that balance by themselves.

Customers see their own payments and change none; the ledger can only grow. Two triggers hold it
against whatever Python does: one refuses to change or remove a line, the other checks at commit
that every journal and every order touched sums to zero in each currency.
"""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from merchants import rls

# The check runs as the owner, at commit, whatever scope is then in force: with the writer's
# rights it would sum only the lines the writer may see, none once the scope has been left.
# FORCE holds the owner as well, hence a policy that lets it read this one table.
LEDGER_TRIGGERS = """
CREATE POLICY payments_ledgerentry_check ON payments_ledgerentry
    FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION payments_ledger_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    off bigint;
BEGIN
    SELECT sum(amount_minor) INTO off FROM payments_ledgerentry
     WHERE merchant_id = NEW.merchant_id AND journal = NEW.journal AND currency = NEW.currency;
    IF off IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'journal % is off by % %', NEW.journal, off, NEW.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_journal_balances';
    END IF;
    SELECT sum(amount_minor) INTO off FROM payments_ledgerentry
     WHERE merchant_id = NEW.merchant_id AND order_id = NEW.order_id AND currency = NEW.currency;
    IF off IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'order % is off by % %', NEW.order_id, off, NEW.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_order_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT ON payments_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_ledger_balances();

CREATE FUNCTION payments_ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger only grows'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_only_grows';
END $$;

CREATE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE ON payments_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION payments_ledger_only_grows();
"""

# The inbox belongs to no tenant; only the serving login and operators touch it.
INBOX = "GRANT select, insert, update ON payments_stripeevent TO app, r_operator;"


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [
        rls.tenant_policies("payments_connectedaccount"),
        rls.tenant_policies("payments_payment", customer_can=rls.READ),
        rls.tenant_policies("payments_settlement"),
        rls.tenant_policies("payments_ledgerentry", merchant_can=rls.APPEND, operator_can=rls.READ),
        RunSQL(LEDGER_TRIGGERS, reverse_sql=RunSQL.noop),
        RunSQL(INBOX, reverse_sql=RunSQL.noop),
    ]
