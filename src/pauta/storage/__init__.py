"""Tables, migrations and one small repository per aggregate."""
