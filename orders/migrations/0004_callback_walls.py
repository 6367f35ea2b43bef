"""The form of a callback belongs to the same two people."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_form_of_callback"), ("calls", "0004_reach_walls")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE orders_orderform ADD CONSTRAINT form_of_callback"
            " FOREIGN KEY (callback_id, merchant_id, customer_id)"
            " REFERENCES calls_callback (id, merchant_id, customer_id);"
            # Who leaves a request takes the open form of the two along.
            "GRANT UPDATE (callback_id) ON orders_orderform TO r_customer;",
            migrations.RunSQL.noop,
        )
    ]
