"""LIME's weights and coefficients by other programs: the lime package's and Captum's kernels,
scikit-learn's ridge.

    python lime_reference.py > values

It prints what Tests/PlumblineExplanationsTests/LIMETests.swift holds. The samples are 12 rows of 5
segments, the first with all shown. The lime package (0.2.0.1, lime_image.py) weighs a sample by
sqrt(exp(-d^2 / width^2)) with d scikit-learn's cosine distance from the whole image; Captum (0.9)
by exp(-d^2 / (2 width^2)). Both are asked, and must agree.
"""

import warnings

import numpy as np
import torch
from captum.attr._core.lime import get_exp_kernel_similarity_function
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise_distances

warnings.filterwarnings("ignore")
rows = [31, 5, 9, 22, 14, 27, 3, 16, 30, 21, 0, 12]
shown = np.array([[row >> bit & 1 for bit in range(5)] for row in rows], dtype=float)
scores = np.array([2.5, 0.3, -0.7, 1.1, 0.2, 1.9, -1.2, 0.05, 2.1, 0.9, -1.5, 0.6])
distances = pairwise_distances(shown, shown[:1], metric="cosine").ravel()


def package(width):
    weights = np.sqrt(np.exp(-(distances**2) / width**2))
    captum = get_exp_kernel_similarity_function("cosine", kernel_width=width)
    assert np.allclose(
        [captum(torch.ones(5), torch.tensor(row), None) for row in shown], weights, rtol=1e-5
    )
    return weights


def paper(width):
    return np.exp(-(distances**2) / width**2)


for kernel, width, ridge in [(package, 0.25, 1.0), (paper, 0.25, 1.0), (package, 0.6, 0.1)]:
    weights = kernel(width)
    fitted = Ridge(alpha=ridge).fit(shown, scores, sample_weight=weights)
    print(f"// {kernel.__name__}, width {width}, ridge {ridge}")
    print("weights", ", ".join(f"{value:.9g}" for value in weights))
    print("coefficients", ", ".join(f"{value:.9g}" for value in fitted.coef_))
