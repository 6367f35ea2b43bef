"""Row-level security of forms and orders, and their rules as the database's own."""

from django.db import migrations

from merchants import rls

# What may never happen to a form, whoever writes: a gap in the revisions, a confirmation that
# survives an edit, a customer's price, one side confirming for the other, a call of somebody else.
FORM_GUARD = """
CREATE FUNCTION orders_form_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  edited boolean;
  fault text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.revision <> 0 OR NEW.fields <> '{}' OR NEW.state <> 'open'
      OR NEW.customer_confirmed_revision IS NOT NULL OR NEW.merchant_confirmed_revision IS NOT NULL
    THEN fault := 'a form starts empty';
    ELSIF NOT EXISTS (SELECT FROM merchants_merchant m WHERE m.id = NEW.merchant_id
      AND m.currency = NEW.currency AND m.time_zone = NEW.time_zone)
    THEN fault := 'currency and zone are the merchant''s';
    END IF;
  ELSE
    edited := NEW.fields IS DISTINCT FROM OLD.fields;
    IF (NEW.id, NEW.code, NEW.merchant_id, NEW.customer_id, NEW.currency, NEW.time_zone, NEW.created_at)
      IS DISTINCT FROM
      (OLD.id, OLD.code, OLD.merchant_id, OLD.customer_id, OLD.currency, OLD.time_zone, OLD.created_at)
    THEN fault := 'parties, currency and zone of a form are frozen';
    ELSIF NEW.revision <> OLD.revision + edited::int
    THEN fault := 'revisions have no gap and count edits only';
    ELSIF edited AND OLD.state <> 'open'
    THEN fault := 'a closed form takes no edit';
    ELSIF edited AND
      (NEW.customer_confirmed_revision IS NOT NULL OR NEW.merchant_confirmed_revision IS NOT NULL)
    THEN fault := 'an edit drops every confirmation';
    ELSIF NEW.state <> OLD.state AND
      (OLD.state, NEW.state) NOT IN (('open', 'ordered'), ('open', 'expired'))
    THEN fault := 'a closed form stays closed';
    ELSIF current_user = 'r_customer' AND (
      NEW.fields -> 'price' IS DISTINCT FROM OLD.fields -> 'price'
      OR NEW.state <> OLD.state
      OR (NEW.merchant_confirmed_revision IS NOT NULL
        AND NEW.merchant_confirmed_revision IS DISTINCT FROM OLD.merchant_confirmed_revision))
    THEN fault := 'price, state and the merchant''s confirmation are the merchant''s';
    ELSIF current_user = 'r_merchant' AND NEW.customer_confirmed_revision IS NOT NULL
      AND NEW.customer_confirmed_revision IS DISTINCT FROM OLD.customer_confirmed_revision
    THEN fault := 'the customer''s confirmation is the customer''s';
    END IF;
  END IF;
  IF fault IS NULL AND NEW.call_id IS NOT NULL
    AND (TG_OP = 'INSERT' OR NEW.call_id IS DISTINCT FROM OLD.call_id)
    AND NOT EXISTS (SELECT FROM calls_call c WHERE c.id = NEW.call_id
      AND c.merchant_id = NEW.merchant_id AND c.customer_id = NEW.customer_id)
  THEN fault := 'the call belongs to other people';
  END IF;
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = 'form_guard';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_form_guard BEFORE INSERT OR UPDATE ON orders_orderform
  FOR EACH ROW EXECUTE FUNCTION orders_form_guard();
-- Half of each page is kept free, so that an edit finds room beside the row it replaces.
ALTER TABLE orders_orderform SET (fillfactor = 50);
"""

# No foreign key crosses tenants: every row belongs to the same two people as its form or order.
SAME_PARTIES = """
ALTER TABLE orders_orderform
  ADD CONSTRAINT form_parties UNIQUE (id, merchant_id, customer_id);
ALTER TABLE orders_order
  ADD CONSTRAINT order_parties UNIQUE (id, merchant_id, customer_id),
  ADD CONSTRAINT order_of_form FOREIGN KEY (form_id, merchant_id, customer_id)
    REFERENCES orders_orderform (id, merchant_id, customer_id);
ALTER TABLE orders_formedit
  ADD CONSTRAINT edit_of_form FOREIGN KEY (form_id, merchant_id, customer_id)
    REFERENCES orders_orderform (id, merchant_id, customer_id);
ALTER TABLE orders_informationrequest
  ADD CONSTRAINT request_of_form FOREIGN KEY (form_id, merchant_id, customer_id)
    REFERENCES orders_orderform (id, merchant_id, customer_id);
ALTER TABLE orders_orderline
  ADD CONSTRAINT line_of_order FOREIGN KEY (order_id, merchant_id, customer_id)
    REFERENCES orders_order (id, merchant_id, customer_id);
"""

# An edit is written by the side it names, never changed, and never a customer's price.
EDIT_WALLS = """
CREATE POLICY edit_by_customer ON orders_formedit AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (author = 'customer' AND field <> 'price' AND author_id = customer_id);
CREATE POLICY edit_by_merchant ON orders_formedit AS RESTRICTIVE FOR INSERT TO r_merchant
  WITH CHECK (author = 'merchant');
CREATE TRIGGER orders_edit_append_only BEFORE UPDATE OR DELETE ON orders_formedit
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# The same table as orders.states.ORDER_MOVES; tests/orders/test_walls.py holds them together.
ORDER_FROZEN = """
CREATE FUNCTION orders_order_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - '{state,paid_at}'::text[]) IS DISTINCT FROM
     (to_jsonb(OLD) - '{state,paid_at}'::text[])
    OR (OLD.paid_at IS NOT NULL AND NEW.paid_at IS DISTINCT FROM OLD.paid_at)
  THEN
    RAISE EXCEPTION 'an order is a frozen copy'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_frozen';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
    ('awaiting_payment', 'paid'), ('awaiting_payment', 'cancelled'),
    ('awaiting_payment', 'expired'), ('awaiting_payment', 'superseded'),
    ('paid', 'fulfilled'), ('fulfilled', 'completed')
  ) THEN
    RAISE EXCEPTION 'an order does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_moves';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_order_frozen BEFORE UPDATE ON orders_order
  FOR EACH ROW EXECUTE FUNCTION orders_order_frozen();
CREATE TRIGGER orders_line_frozen BEFORE UPDATE OR DELETE ON orders_orderline
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION orders_order_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  order_key uuid := coalesce(to_jsonb(NEW) ->> 'order_id', to_jsonb(NEW) ->> 'id')::uuid;
BEGIN
  IF NOT EXISTS (
    SELECT FROM orders_order o WHERE o.id = order_key AND (o.line_count, o.total_minor) =
      (SELECT count(*), coalesce(sum(l.total_minor), 0) FROM orders_orderline l WHERE l.order_id = o.id)
  ) THEN
    RAISE EXCEPTION 'an order is the sum of its lines'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_adds_up';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_order_adds_up AFTER INSERT ON orders_order
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_order_adds_up();
CREATE CONSTRAINT TRIGGER orders_line_adds_up AFTER INSERT ON orders_orderline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_order_adds_up();
"""

# Rights by column: what is not listed cannot be changed by the role at all.
COLUMNS = """
GRANT UPDATE (call_id, revision, notices, fields, customer_confirmed_revision,
  merchant_confirmed_revision, expires_at, updated_at) ON orders_orderform TO r_customer;
GRANT UPDATE (state, declined, closed_at) ON orders_informationrequest TO r_customer;
GRANT UPDATE (state, paid_at) ON orders_order TO r_merchant, r_operator;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("calls", "0002_walls"),
        ("merchants", "0002_walls"),
        ("accounts", "0002_walls"),
    ]
    operations = [
        rls.tenant_policies("orders_orderform", customer_can=rls.APPEND),
        rls.tenant_policies(
            "orders_formedit",
            merchant_can=rls.APPEND,
            customer_can=rls.APPEND,
            operator_can=rls.READ,
        ),
        rls.tenant_policies("orders_informationrequest", customer_can=rls.READ),
        rls.tenant_policies(
            "orders_order", merchant_can=rls.APPEND, customer_can=rls.READ, operator_can=rls.READ
        ),
        rls.tenant_policies(
            "orders_orderline",
            merchant_can=rls.APPEND,
            customer_can=rls.READ,
            operator_can=rls.READ,
        ),
        rls.tenant_policies("orders_ordercounter", operator_can=rls.READ),
        migrations.RunSQL(SAME_PARTIES, migrations.RunSQL.noop),
        migrations.RunSQL(FORM_GUARD, "DROP FUNCTION orders_form_guard CASCADE;"),
        migrations.RunSQL(EDIT_WALLS, migrations.RunSQL.noop),
        migrations.RunSQL(
            ORDER_FROZEN,
            "DROP FUNCTION orders_order_frozen CASCADE; DROP FUNCTION orders_order_adds_up CASCADE;",
        ),
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),
    ]
