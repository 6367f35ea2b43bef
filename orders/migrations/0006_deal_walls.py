"""Lines, revisions, deal record, photos, address book: their rules as the database's own."""

from django.db import migrations

from merchants import rls

# The same as `orders.fields`; tests/orders/test_walls.py holds them together.
MERCHANTS_FIELDS = (
    r"^(price|discount|delivery|tax\.rate|tax\.included|deposit|pay_within|line\.[0-9]+\.price)$"
)
CUSTOMERS_FIELDS = r"^price\.proposal$"

FORM_GUARD = f"""
CREATE FUNCTION orders_foreign_hand(before jsonb, after jsonb, theirs text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (
    SELECT FROM jsonb_each(after) cell
    WHERE cell.value IS DISTINCT FROM before -> cell.key AND cell.key ~ theirs
  ) OR EXISTS (SELECT FROM jsonb_object_keys(before) name WHERE NOT after ? name)
$$;
CREATE OR REPLACE FUNCTION orders_form_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  edited boolean;
  fault text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.revision <> 0 OR NEW.fields <> '{{}}' OR NEW.state <> 'open' OR NEW.reply IS NOT NULL
      OR NEW.customer_confirmed_revision IS NOT NULL OR NEW.merchant_confirmed_revision IS NOT NULL
    THEN fault := 'a form starts empty';
    ELSIF NOT EXISTS (SELECT FROM merchants_merchant m WHERE m.id = NEW.merchant_id
      AND m.currency = NEW.currency AND m.time_zone = NEW.time_zone)
    THEN fault := 'currency and zone are the merchant''s';
    END IF;
  ELSE
    edited := NEW.fields IS DISTINCT FROM OLD.fields;
    IF (NEW.id, NEW.code, NEW.merchant_id, NEW.customer_id, NEW.currency, NEW.time_zone,
        NEW.created_at, NEW.salt)
      IS DISTINCT FROM
      (OLD.id, OLD.code, OLD.merchant_id, OLD.customer_id, OLD.currency, OLD.time_zone,
        OLD.created_at, OLD.salt)
    THEN fault := 'parties, currency and zone of a form are frozen';
    ELSIF NEW.revision <> OLD.revision + edited::int
    THEN fault := 'revisions have no gap and count edits only';
    ELSIF edited AND OLD.state <> 'open'
    THEN fault := 'a closed form takes no edit';
    ELSIF edited AND
      (NEW.customer_confirmed_revision IS NOT NULL OR NEW.merchant_confirmed_revision IS NOT NULL)
    THEN fault := 'an edit drops every confirmation';
    ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN
      (('open', 'ordered'), ('open', 'expired'), ('ordered', 'open'))
    THEN fault := 'an expired form stays closed';
    ELSIF NEW.state = 'open' AND OLD.state = 'ordered' AND
      (NEW.customer_confirmed_revision IS NOT NULL OR NEW.merchant_confirmed_revision IS NOT NULL)
    THEN fault := 'a form opened for a revision is confirmed by nobody';
    ELSIF current_user = 'r_customer' AND (
      NEW.state <> OLD.state
      OR (edited AND orders_foreign_hand(OLD.fields, NEW.fields, '{MERCHANTS_FIELDS}'))
      OR (NEW.merchant_confirmed_revision IS NOT NULL
        AND NEW.merchant_confirmed_revision IS DISTINCT FROM OLD.merchant_confirmed_revision))
    THEN fault := 'money, state and the merchant''s confirmation are the merchant''s';
    ELSIF current_user = 'r_merchant' AND (
      (edited AND orders_foreign_hand(OLD.fields, NEW.fields, '{CUSTOMERS_FIELDS}'))
      OR (NEW.reply IS NOT NULL AND NEW.reply IS DISTINCT FROM OLD.reply)
      OR (NEW.customer_confirmed_revision IS NOT NULL
        AND NEW.customer_confirmed_revision IS DISTINCT FROM OLD.customer_confirmed_revision))
    THEN fault := 'the proposal, the reply and the customer''s confirmation are the customer''s';
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
"""  # noqa: S608  # all of it is written here

EDIT_WALLS = f"""
DROP POLICY edit_by_customer ON orders_formedit;
DROP POLICY edit_by_merchant ON orders_formedit;
CREATE POLICY edit_by_customer ON orders_formedit AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (author = 'customer' AND field !~ '{MERCHANTS_FIELDS}' AND author_id = customer_id);
CREATE POLICY edit_by_merchant ON orders_formedit AS RESTRICTIVE FOR INSERT TO r_merchant
  WITH CHECK (author = 'merchant' AND field !~ '{CUSTOMERS_FIELDS}');
"""

ORDER_FROZEN = """
CREATE OR REPLACE FUNCTION orders_order_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - '{state,paid_at,revising_at,link_epoch}'::text[]) IS DISTINCT FROM
     (to_jsonb(OLD) - '{state,paid_at,revising_at,link_epoch}'::text[])
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
-- Rule O3, whoever writes.
CREATE OR REPLACE FUNCTION orders_order_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  order_key uuid := coalesce(to_jsonb(NEW) ->> 'order_id', to_jsonb(NEW) ->> 'id')::uuid;
BEGIN
  IF NOT EXISTS (
    SELECT FROM orders_order o
    WHERE o.id = order_key
      AND (o.line_count, o.subtotal_minor) =
        (SELECT count(*), coalesce(sum(l.total_minor), 0)
         FROM orders_orderline l WHERE l.order_id = o.id)
      AND o.discount_minor <= o.subtotal_minor
      AND o.total_minor = o.subtotal_minor - o.discount_minor + o.delivery_minor
        + CASE WHEN o.tax_included THEN 0 ELSE o.tax_minor END
  ) THEN
    RAISE EXCEPTION 'an order is the sum of its lines'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_adds_up';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION orders_revises_own_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.revises_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM orders_order o WHERE o.id = NEW.revises_id AND o.form_id = NEW.form_id
  ) THEN
    RAISE EXCEPTION 'an order revises one of its own form'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_revises_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_revises_own_form BEFORE INSERT ON orders_order
  FOR EACH ROW EXECUTE FUNCTION orders_revises_own_form();
GRANT UPDATE (revising_at) ON orders_order TO r_merchant, r_operator;
-- The links to an order are its customer's.
GRANT UPDATE (link_epoch) ON orders_order TO r_customer;
"""

NEW_TABLES = """
ALTER TABLE orders_dealentry
  ADD CONSTRAINT deal_of_form FOREIGN KEY (form_id, merchant_id, customer_id)
    REFERENCES orders_orderform (id, merchant_id, customer_id);
ALTER TABLE orders_photo
  ADD CONSTRAINT photo_parties UNIQUE (id, merchant_id, customer_id),
  ADD CONSTRAINT photo_of_form FOREIGN KEY (form_id, merchant_id, customer_id)
    REFERENCES orders_orderform (id, merchant_id, customer_id);
ALTER TABLE orders_orderline
  ADD CONSTRAINT line_of_photo FOREIGN KEY (photo_id, merchant_id, customer_id)
    REFERENCES orders_photo (id, merchant_id, customer_id);
ALTER TABLE orders_fulfilmentmark
  ADD CONSTRAINT mark_of_order FOREIGN KEY (order_id, merchant_id, customer_id)
    REFERENCES orders_order (id, merchant_id, customer_id);

CREATE POLICY deal_by_customer ON orders_dealentry AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (role = 'customer' AND actor_id = customer_id);
CREATE POLICY deal_by_merchant ON orders_dealentry AS RESTRICTIVE FOR INSERT TO r_merchant
  WITH CHECK (role <> 'customer');
CREATE POLICY photo_by_customer ON orders_photo AS RESTRICTIVE FOR INSERT TO r_customer
  WITH CHECK (author = 'customer' AND author_id = customer_id);
CREATE POLICY photo_by_merchant ON orders_photo AS RESTRICTIVE FOR INSERT TO r_merchant
  WITH CHECK (author = 'merchant');

CREATE FUNCTION orders_deal_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
BEGIN
  SELECT number, digest INTO last FROM orders_dealentry
    WHERE form_id = NEW.form_id ORDER BY number DESC LIMIT 1;
  IF NEW.number <> coalesce(last.number, 0) + 1
    OR NEW.previous <> coalesce(last.digest, repeat('0', 64))
  THEN
    RAISE EXCEPTION 'an entry follows the one before'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_chain';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_deal_chain BEFORE INSERT ON orders_dealentry
  FOR EACH ROW EXECUTE FUNCTION orders_deal_chain();
CREATE TRIGGER orders_deal_append_only BEFORE UPDATE OR DELETE ON orders_dealentry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orders_photo_append_only BEFORE UPDATE OR DELETE ON orders_photo
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orders_mark_append_only BEFORE UPDATE OR DELETE ON orders_fulfilmentmark
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT UPDATE (reply) ON orders_orderform TO r_customer;
GRANT UPDATE (put_off_at) ON orders_informationrequest TO r_customer;

ALTER TABLE orders_knownvalues ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders_knownvalues FORCE ROW LEVEL SECURITY;
CREATE POLICY known_own ON orders_knownvalues TO r_customer
  USING (customer_id = (SELECT nullif(current_setting('app.customer', true), '')::uuid))
  WITH CHECK (customer_id = (SELECT nullif(current_setting('app.customer', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders_knownvalues TO r_customer;
"""

# What stands in the tables already: one price without anything added, requests for whole groups.
OLD_ROWS = """
ALTER TABLE orders_order NO FORCE ROW LEVEL SECURITY;
ALTER TABLE orders_informationrequest NO FORCE ROW LEVEL SECURITY;
ALTER TABLE orders_order DISABLE TRIGGER USER;
UPDATE orders_order SET subtotal_minor = total_minor;
ALTER TABLE orders_order ENABLE TRIGGER USER;
UPDATE orders_informationrequest r SET fields = (
  SELECT coalesce(jsonb_agg(k.key ORDER BY g.place, k.place), '[]')
  FROM jsonb_array_elements_text(r.fields) WITH ORDINALITY g (name, place)
  JOIN (VALUES
    ('content', 'content', 1), ('time', 'time.start', 1), ('time', 'time.end', 2),
    ('address', 'address.line1', 1), ('address', 'address.line2', 2),
    ('address', 'address.postal_code', 3), ('address', 'address.city', 4),
    ('address', 'address.region', 5), ('address', 'address.country', 6),
    ('contact', 'contact.name', 1), ('contact', 'contact.phone', 2),
    ('contact', 'contact.email', 3), ('note', 'note', 1)
  ) k (grp, key, place) ON k.grp = g.name
), declined = '{}';
ALTER TABLE orders_order FORCE ROW LEVEL SECURITY;
ALTER TABLE orders_informationrequest FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_deal")]
    operations = [
        rls.tenant_policies(
            "orders_dealentry",
            merchant_can=rls.APPEND,
            customer_can=rls.APPEND,
            operator_can=rls.APPEND,
        ),
        rls.tenant_policies(
            "orders_photo",
            merchant_can=rls.APPEND,
            customer_can=rls.APPEND,
            operator_can=rls.READ,
        ),
        rls.tenant_policies(
            "orders_fulfilmentmark",
            merchant_can=rls.APPEND,
            customer_can=rls.READ,
            operator_can=rls.READ,
        ),
        rls.tenant_policies("orders_ordertemplate", merchant_can=rls.ALL, operator_can=rls.READ),
        migrations.RunSQL(FORM_GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(EDIT_WALLS, migrations.RunSQL.noop),
        migrations.RunSQL(ORDER_FROZEN, migrations.RunSQL.noop),
        migrations.RunSQL(NEW_TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(OLD_ROWS, migrations.RunSQL.noop),
    ]
