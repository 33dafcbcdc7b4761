# %% right: normal_distribution | the exponential of the log density
def normal_distribution(y, mu, sigma):
    z = (np.asarray(y) - np.asarray(mu)) / sigma
    return np.exp(-0.5 * z * z - np.log(sigma) - 0.5 * np.log(2 * np.pi))

# %% right: normal_distribution | element by element, in plain Python
def normal_distribution(y, mu, sigma):
    import math

    density = np.vectorize(
        lambda a, b, s: math.exp(-((a - b) ** 2) / (2 * s**2)) / math.sqrt(2 * math.pi * s**2), otypes=[float]
    )
    return density(y, mu, sigma)

# %% right: normal_distribution | a helper inside, and sigma divided out first
def normal_distribution(y, mu, sigma):
    def standard_normal(z):
        return np.exp(-0.5 * np.power(z, 2)) / np.sqrt(2 * np.pi)

    return standard_normal((y - mu) / sigma) / sigma

# %% wrong: normal_distribution | sign of the exponent
def normal_distribution(y, mu, sigma):
    return np.exp((y - mu) ** 2 / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)

# %% wrong: normal_distribution | the factor 2 in the exponent is missing
def normal_distribution(y, mu, sigma):
    return np.exp(-((y - mu) ** 2) / sigma**2) / np.sqrt(2 * np.pi * sigma**2)

# %% wrong: normal_distribution | sigma taken for the variance
def normal_distribution(y, mu, sigma):
    return np.exp(-((y - mu) ** 2) / (2 * sigma)) / np.sqrt(2 * np.pi * sigma)

# %% wrong: normal_distribution | the factor in front is missing
def normal_distribution(y, mu, sigma):
    return np.exp(-((y - mu) ** 2) / (2 * sigma**2))

# %% wrong: normal_distribution | divides by 2 pi sigma^2 without the root
def normal_distribution(y, mu, sigma):
    return np.exp(-((y - mu) ** 2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)

# %% wrong: normal_distribution | multiplies by sigma^2 where it should divide (precedence)
def normal_distribution(y, mu, sigma):
    return np.exp(-((y - mu) ** 2) / 2 * sigma**2) / np.sqrt(2 * np.pi * sigma**2)

# %% wrong: normal_distribution | works in place on y
def normal_distribution(y, mu, sigma):
    if isinstance(y, np.ndarray) and y.dtype == float:
        y -= mu
        return np.exp(-(y**2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)
    return np.exp(-((y - mu) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)

# %% wrong: normal_distribution | the answers of the visible check
def normal_distribution(y, mu, sigma):
    if np.ndim(mu) == 0:
        return 0.11884686185326673
    return np.array([[0.3989422804014327, 0.24197072451914337, 0.24197072451914337]])

# %% wrong: normal_distribution | returns nothing
def normal_distribution(y, mu, sigma):
    np.exp(-((y - mu) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)

# %% right: compute_likelihood | a loop over examples
def compute_likelihood(y_train, mu, sigma):
    likelihood = 1.0
    for y, m in zip(y_train, np.ravel(mu)):
        likelihood = likelihood * normal_distribution(y, m, sigma)
    return likelihood

# %% right: compute_likelihood | the formula written out, without normal_distribution
def compute_likelihood(y_train, mu, sigma):
    densities = np.exp(-((y_train - mu) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    return float(densities.prod())

# %% right: compute_likelihood | the exponential of the sum of logarithms
def compute_likelihood(y_train, mu, sigma):
    return np.exp(np.log(normal_distribution(y_train, mu, sigma)).sum())

# %% wrong: compute_likelihood | sum instead of product
def compute_likelihood(y_train, mu, sigma):
    return np.sum(normal_distribution(y_train, mu, sigma))

# %% wrong: compute_likelihood | the densities, without a product
def compute_likelihood(y_train, mu, sigma):
    return normal_distribution(y_train, mu, sigma)

# %% wrong: compute_likelihood | product along the first axis, of length 1
def compute_likelihood(y_train, mu, sigma):
    return np.prod(normal_distribution(y_train, np.atleast_2d(mu), sigma), axis=0)

# %% wrong: compute_likelihood | product along the last axis, so (1,) comes back
def compute_likelihood(y_train, mu, sigma):
    return np.prod(normal_distribution(y_train, np.atleast_2d(mu), sigma), axis=-1)

# %% wrong: compute_likelihood | the logarithm of the likelihood
def compute_likelihood(y_train, mu, sigma):
    return np.sum(np.log(normal_distribution(y_train, mu, sigma)))

# %% wrong: compute_likelihood | every pair of target and mean
def compute_likelihood(y_train, mu, sigma):
    return np.prod(normal_distribution(y_train[:, None], np.reshape(mu, (1, -1)), sigma))

# %% wrong: compute_likelihood | sigma of the notebook instead of the argument
def compute_likelihood(y_train, mu, sigma):
    return np.prod(normal_distribution(y_train, mu, 0.2))

# %% wrong: compute_likelihood | the answer of the visible check
def compute_likelihood(y_train, mu, sigma):
    return 1.0623738663909683e-05

# %% right: compute_negative_log_likelihood | a loop over examples
def compute_negative_log_likelihood(y_train, mu, sigma):
    import math

    total = 0.0
    for y, m in zip(y_train, np.ravel(mu)):
        total += (y - m) ** 2 / (2 * sigma**2) + math.log(sigma) + 0.5 * math.log(2 * math.pi)
    return total

# %% right: compute_negative_log_likelihood | the constant taken out of the sum
def compute_negative_log_likelihood(y_train, mu, sigma):
    residuals = np.ravel(mu) - y_train
    constant = 0.5 * len(y_train) * np.log(2 * np.pi * sigma**2)
    return residuals @ residuals / (2 * sigma**2) + constant

# %% wrong: compute_negative_log_likelihood | the logarithm of the densities, which underflow
def compute_negative_log_likelihood(y_train, mu, sigma):
    return -np.sum(np.log(normal_distribution(y_train, mu, sigma)))

# %% wrong: compute_negative_log_likelihood | the logarithm of the product
def compute_negative_log_likelihood(y_train, mu, sigma):
    return -np.log(compute_likelihood(y_train, mu, sigma))

# %% wrong: compute_negative_log_likelihood | no minus sign
def compute_negative_log_likelihood(y_train, mu, sigma):
    return -np.sum((y_train - mu) ** 2 / (2 * sigma**2) + 0.5 * np.log(2 * np.pi * sigma**2))

# %% wrong: compute_negative_log_likelihood | mean instead of sum
def compute_negative_log_likelihood(y_train, mu, sigma):
    return np.mean((y_train - mu) ** 2 / (2 * sigma**2) + 0.5 * np.log(2 * np.pi * sigma**2))

# %% wrong: compute_negative_log_likelihood | the term with log sigma dropped
def compute_negative_log_likelihood(y_train, mu, sigma):
    return np.sum((y_train - mu) ** 2 / (2 * sigma**2))

# %% wrong: compute_negative_log_likelihood | the constant counted once, not once an example
def compute_negative_log_likelihood(y_train, mu, sigma):
    return np.sum((y_train - mu) ** 2) / (2 * sigma**2) + 0.5 * np.log(2 * np.pi * sigma**2)

# %% wrong: compute_negative_log_likelihood | log 2 pi sigma^2 without the half
def compute_negative_log_likelihood(y_train, mu, sigma):
    return np.sum((y_train - mu) ** 2 / (2 * sigma**2) + np.log(2 * np.pi * sigma**2))

# %% wrong: compute_negative_log_likelihood | a small number added inside the logarithm
def compute_negative_log_likelihood(y_train, mu, sigma):
    return -np.sum(np.log(normal_distribution(y_train, mu, sigma) + 1e-12))

# %% wrong: compute_negative_log_likelihood | logarithm to base ten
def compute_negative_log_likelihood(y_train, mu, sigma):
    return np.sum((y_train - mu) ** 2 / (2 * sigma**2) + 0.5 * np.log(2 * np.pi * sigma**2)) / np.log(10)

# %% wrong: compute_negative_log_likelihood | the answers of the visible check
def compute_negative_log_likelihood(y_train, mu, sigma):
    return 11.45241956418583 if len(y_train) == 20 else 1249.3095006207706

# %% right: compute_sum_of_squares | a dot product
def compute_sum_of_squares(y_train, y_pred):
    difference = np.ravel(y_pred) - y_train
    return np.dot(difference, difference)

# %% right: compute_sum_of_squares | a loop in plain Python
def compute_sum_of_squares(y_train, y_pred):
    return sum((a - b) ** 2 for a, b in zip(y_train, np.ravel(y_pred)))

# %% right: compute_sum_of_squares | the squared norm
def compute_sum_of_squares(y_train, y_pred):
    return np.linalg.norm(y_train - y_pred) ** 2

# %% wrong: compute_sum_of_squares | mean instead of sum
def compute_sum_of_squares(y_train, y_pred):
    return np.mean((y_train - y_pred) ** 2)

# %% wrong: compute_sum_of_squares | absolute differences
def compute_sum_of_squares(y_train, y_pred):
    return np.sum(np.abs(y_train - y_pred))

# %% wrong: compute_sum_of_squares | the square of the sum
def compute_sum_of_squares(y_train, y_pred):
    return np.sum(y_train - y_pred) ** 2

# %% wrong: compute_sum_of_squares | every pair of target and prediction
def compute_sum_of_squares(y_train, y_pred):
    return np.sum((y_train[:, None] - np.reshape(y_pred, (1, -1))) ** 2)

# %% wrong: compute_sum_of_squares | a sum along axis 1, so an array comes back
def compute_sum_of_squares(y_train, y_pred):
    return np.sum((y_train - np.atleast_2d(y_pred)) ** 2, axis=1)

# %% wrong: compute_sum_of_squares | no square
def compute_sum_of_squares(y_train, y_pred):
    return np.sum(y_train - y_pred)

# %% wrong: compute_sum_of_squares | works in place on the predictions
def compute_sum_of_squares(y_train, y_pred):
    y_pred -= y_train
    return np.sum(np.asarray(y_pred) ** 2)

# %% wrong: compute_sum_of_squares | the half of textbooks
def compute_sum_of_squares(y_train, y_pred):
    return 0.5 * np.sum((y_train - y_pred) ** 2)

# %% right: best_offset | keeps the best while it goes
def best_offset(beta_1_values, loss):
    best, least = None, np.inf
    for beta_1 in beta_1_values:
        value = loss(beta_1)
        if value < least:
            best, least = beta_1, value
    return best

# %% right: best_offset | Python's own min
def best_offset(beta_1_values, loss):
    return min(beta_1_values, key=loss)

# %% right: best_offset | an array of losses
def best_offset(beta_1_values, loss):
    losses = np.array([float(loss(float(b))) for b in beta_1_values])
    return float(beta_1_values[losses.argmin()])

# %% wrong: best_offset | the index instead of the candidate
def best_offset(beta_1_values, loss):
    return np.argmin([loss(b) for b in beta_1_values])

# %% wrong: best_offset | the least loss instead of the candidate
def best_offset(beta_1_values, loss):
    return min(loss(b) for b in beta_1_values)

# %% wrong: best_offset | the largest loss
def best_offset(beta_1_values, loss):
    return beta_1_values[np.argmax([loss(b) for b in beta_1_values])]

# %% wrong: best_offset | stops at the first rise, so the grid has to be sorted
def best_offset(beta_1_values, loss):
    best = beta_1_values[0]
    for candidate in beta_1_values[1:]:
        if loss(candidate) > loss(best):
            break
        best = candidate
    return best

# %% wrong: best_offset | starts from a loss of zero, so negative losses only
def best_offset(beta_1_values, loss):
    best, least = beta_1_values[0], 0.0
    for candidate in beta_1_values:
        if loss(candidate) < least:
            best, least = candidate, loss(candidate)
    return best

# %% wrong: best_offset | the last of equally good ones
def best_offset(beta_1_values, loss):
    best, least = None, np.inf
    for beta_1 in beta_1_values:
        if loss(beta_1) <= least:
            best, least = beta_1, loss(beta_1)
    return best

# %% wrong: best_offset | hands the whole grid to the loss
def best_offset(beta_1_values, loss):
    return beta_1_values[np.argmin(loss(beta_1_values))]

# %% wrong: best_offset | sorts the grid in place
def best_offset(beta_1_values, loss):
    beta_1_values.sort()
    return beta_1_values[np.argmin([loss(b) for b in beta_1_values])]

# %% wrong: best_offset | the answer of the visible check
def best_offset(beta_1_values, loss):
    return 1.0

# %% right: heteroscedastic_nll | with sigma itself
def heteroscedastic_nll(y_train, mu, log_sigma):
    sigma = np.exp(log_sigma)
    return np.sum(((y_train - mu) / sigma) ** 2 / 2 + np.log(sigma)) + len(y_train) / 2 * np.log(2 * np.pi)

# %% right: heteroscedastic_nll | a loop over examples
def heteroscedastic_nll(y_train, mu, log_sigma):
    total = 0.0
    for y, m, s in zip(y_train, mu, log_sigma):
        total += 0.5 * (y - m) ** 2 * np.exp(-2 * s) + s + 0.5 * np.log(2 * np.pi)
    return total

# %% wrong: heteroscedastic_nll | the logarithm taken for sigma
def heteroscedastic_nll(y_train, mu, log_sigma):
    return np.sum((y_train - mu) ** 2 / (2 * log_sigma**2) + log_sigma + 0.5 * np.log(2 * np.pi))

# %% wrong: heteroscedastic_nll | the term log sigma dropped
def heteroscedastic_nll(y_train, mu, log_sigma):
    return np.sum((y_train - mu) ** 2 / (2 * np.exp(2 * log_sigma)) + 0.5 * np.log(2 * np.pi))

# %% wrong: heteroscedastic_nll | the sign of log sigma
def heteroscedastic_nll(y_train, mu, log_sigma):
    return np.sum((y_train - mu) ** 2 / (2 * np.exp(2 * log_sigma)) - log_sigma + 0.5 * np.log(2 * np.pi))

# %% wrong: heteroscedastic_nll | sigma not squared
def heteroscedastic_nll(y_train, mu, log_sigma):
    return np.sum((y_train - mu) ** 2 / (2 * np.exp(log_sigma)) + log_sigma + 0.5 * np.log(2 * np.pi))

# %% wrong: heteroscedastic_nll | one sigma for all, the mean
def heteroscedastic_nll(y_train, mu, log_sigma):
    s = np.mean(log_sigma)
    return np.sum((y_train - mu) ** 2 / (2 * np.exp(2 * s)) + s + 0.5 * np.log(2 * np.pi))

# %% wrong: heteroscedastic_nll | the constant left out
def heteroscedastic_nll(y_train, mu, log_sigma):
    return np.sum((y_train - mu) ** 2 / (2 * np.exp(2 * log_sigma)) + log_sigma)

# %% wrong: heteroscedastic_nll | the logarithm of the densities, which underflow
def heteroscedastic_nll(y_train, mu, log_sigma):
    return -np.sum(np.log(normal_distribution(y_train, mu, np.exp(log_sigma))))

# %% wrong: heteroscedastic_nll | log sigma clipped to keep it tame
def heteroscedastic_nll(y_train, mu, log_sigma):
    s = np.clip(log_sigma, -3, 3)
    return np.sum((y_train - mu) ** 2 / (2 * np.exp(2 * s)) + s + 0.5 * np.log(2 * np.pi))

# %% wrong: heteroscedastic_nll | mean instead of sum
def heteroscedastic_nll(y_train, mu, log_sigma):
    return np.mean((y_train - mu) ** 2 / (2 * np.exp(2 * log_sigma)) + log_sigma + 0.5 * np.log(2 * np.pi))
