"""Agreement of two models' predictions by scikit-learn, for the tests of PlumblineStatistics.

    ENV/bin/python Tools/oracle/prediction_reference.py \
        Tests/PlumblineStatisticsTests/Reference/predictions.json
"""
import json
import sys

import numpy as np
from sklearn.metrics import cohen_kappa_score, mutual_info_score

rng = np.random.default_rng(11)
cases = []
for count, noise in ((40, 0.1), (200, 0.4), (7, 2.0), (30, 0.0)):
    first = 1 / (1 + np.exp(-rng.normal(size=count) * 2))
    second = np.clip(first + rng.normal(size=count) * noise * 0.3, 0, 1)
    first, second = np.round(first, 4), np.round(second, 4)
    a, b = first > 0.5, second > 0.5
    cases.append(
        dict(
            first=first.tolist(),
            second=second.tolist(),
            agreement=float((a == b).mean()),
            kappa=cohen_kappa_score(a, b),
            mutual_information=mutual_info_score(a, b),
            largest_difference=float(np.abs(first - second).max()),
        )
    )
names = np.array(["a", "b", "c"])
first, second = names[rng.integers(0, 3, 60)], names[rng.integers(0, 3, 60)]
second = np.where(rng.uniform(size=60) < 0.5, first, second)
cases.append(
    dict(
        first_class=first.tolist(),
        second_class=second.tolist(),
        agreement=float((first == second).mean()),
        kappa=cohen_kappa_score(first, second),
        mutual_information=mutual_info_score(first, second),
    )
)
json.dump(dict(cases=cases), open(sys.argv[1], "w"))
