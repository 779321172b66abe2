"""Counts the time zones of each region."""

from collections import Counter

import pytz
from kestra import Kestra

zones = [name for name in pytz.common_timezones if "/" in name]
regions = Counter(name.split("/")[0] for name in zones)
for region, count in regions.most_common(3):
    print(f"{region}: {count}")
Kestra.outputs({"zones": len(zones), "regions": len(regions)})
