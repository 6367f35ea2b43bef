"""Row-level security of the calls, and the table of moves as the database's own rule."""

from django.db import migrations

from merchants import rls

# The same table as calls.states.MOVES; tests/calls/test_walls.py holds them together.
MOVES = """
CREATE FUNCTION calls_call_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state, NEW.state) IN (
    ('queued', 'ringing'), ('queued', 'cancelled'), ('queued', 'missed'), ('queued', 'unavailable'),
    ('ringing', 'accepted'), ('ringing', 'declined'), ('ringing', 'missed'),
    ('ringing', 'cancelled'), ('ringing', 'unavailable'),
    ('accepted', 'live'), ('accepted', 'completed'), ('accepted', 'failed'),
    ('live', 'completed'), ('live', 'failed')
  ) THEN
    RAISE EXCEPTION 'a call does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'call_moves';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER calls_call_moves BEFORE UPDATE OF state ON calls_call
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION calls_call_moves();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("merchants", "0002_walls"),
        ("accounts", "0002_walls"),
    ]
    operations = [
        # Real addresses of desks: never a customer's business.
        rls.tenant_policies("calls_endpoint", merchant_can=rls.WRITE),
        # Published addresses are public knowledge.
        rls.tenant_policies(
            "calls_publishedaddress", merchant_can=rls.WRITE, customer_can=rls.READ, public=True
        ),
        rls.tenant_policies(
            "calls_call", merchant_can=("select", "update"), customer_can=rls.WRITE
        ),
        migrations.RunSQL(MOVES, "DROP FUNCTION calls_call_moves CASCADE;"),
    ]
