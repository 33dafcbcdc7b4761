# %% right: sample_next_token | the inverse of the cumulative sum, with one uniform number
def sample_next_token(ids, next_probabilities, rng):
    cumulative = np.cumsum(next_probabilities(ids))
    token = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return (*ids, int(token))

# %% right: sample_next_token | a race of exponential clocks: other draws than rng.choice makes, just as often
def sample_next_token(ids, next_probabilities, rng):
    p = np.asarray(next_probabilities(ids))
    with np.errstate(divide="ignore"):
        times = rng.exponential(size=p.size) / p
    return ids + (np.argmin(times),)

# %% right: sample_next_token | one throw of a multinomial
def sample_next_token(ids, next_probabilities, rng):
    return tuple(ids) + (int(np.argmax(rng.multinomial(1, next_probabilities(ids)))),)

# %% right: sample_next_token | walks along the probabilities in plain Python; the token stays a NumPy integer
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    left = rng.uniform()
    for token in np.flatnonzero(p):
        left -= p[token]
        if left < 0:
            break
    return ids + (token,)

# %% wrong: sample_next_token | every token equally often: p is not given to choice
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    return ids + (int(rng.choice(len(p))),)

# %% wrong: sample_next_token | the most probable token
def sample_next_token(ids, next_probabilities, rng):
    return ids + (int(np.argmax(next_probabilities(ids))),)

# %% wrong: sample_next_token | NumPy's global generator: another text each time
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    return ids + (int(np.random.choice(len(p), p=p)),)

# %% wrong: sample_next_token | a new generator with a fixed seed: the same number every time
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    return ids + (int(np.random.default_rng(0).choice(len(p), p=p)),)

# %% wrong: sample_next_token | asks about the last token only
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids[-1:])
    return ids + (int(rng.choice(len(p), p=p)),)

# %% wrong: sample_next_token | the token alone, not the tokens so far
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    return int(rng.choice(len(p), p=p))

# %% wrong: sample_next_token | the new token comes first
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    return (int(rng.choice(len(p), p=p)),) + ids

# %% wrong: sample_next_token | a list
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    return [*ids, int(rng.choice(len(p), p=p))]

# %% wrong: sample_next_token | the index among the sorted probabilities
def sample_next_token(ids, next_probabilities, rng):
    p = np.sort(next_probabilities(ids))[::-1]
    return ids + (int(rng.choice(len(p), p=p)),)

# %% wrong: sample_next_token | leaves out the tail: tokens under a tenth never come
def sample_next_token(ids, next_probabilities, rng):
    p = np.where(next_probabilities(ids) < 0.1, 0, next_probabilities(ids))
    return ids + (int(rng.choice(len(p), p=p / p.sum())),)

# %% wrong: sample_next_token | returns nothing
def sample_next_token(ids, next_probabilities, rng):
    p = next_probabilities(ids)
    ids = ids + (int(rng.choice(len(p), p=p)),)

# %% wrong: sample_next_token | softmax of what are probabilities already
def sample_next_token(ids, next_probabilities, rng):
    powers = np.exp(next_probabilities(ids))
    return ids + (int(rng.choice(len(powers), p=powers / powers.sum())),)

# %% right: get_best_next_token | max over ids, of which the first one wins
def get_best_next_token(ids, next_probabilities):
    p = next_probabilities(ids)
    return (*ids, max(range(len(p)), key=lambda token: p[token]))

# %% right: get_best_next_token | the end of a stable sort of minus p
def get_best_next_token(ids, next_probabilities):
    return ids + (np.argsort(-np.asarray(next_probabilities(ids)), kind="stable")[0],)

# %% right: get_best_next_token | a loop that takes only what is larger
def get_best_next_token(ids, next_probabilities):
    best, largest = 0, -1.0
    for token, p in enumerate(next_probabilities(ids)):
        if p > largest:
            best, largest = token, p
    return ids + (best,)

# %% wrong: get_best_next_token | ties go to the larger id
def get_best_next_token(ids, next_probabilities):
    return ids + (int(np.argsort(next_probabilities(ids), kind="stable")[-1]),)

# %% wrong: get_best_next_token | the probability in place of the token
def get_best_next_token(ids, next_probabilities):
    return ids + (float(np.max(next_probabilities(ids))),)

# %% wrong: get_best_next_token | the token alone
def get_best_next_token(ids, next_probabilities):
    return int(np.argmax(next_probabilities(ids)))

# %% wrong: get_best_next_token | asks about the last token only
def get_best_next_token(ids, next_probabilities):
    return ids + (int(np.argmax(next_probabilities(ids[-1:]))),)

# %% wrong: get_best_next_token | forgets the prompt
def get_best_next_token(ids, next_probabilities):
    return (int(np.argmax(next_probabilities(ids))),)

# %% wrong: get_best_next_token | a list
def get_best_next_token(ids, next_probabilities):
    return [*ids, int(np.argmax(next_probabilities(ids)))]

# %% wrong: get_best_next_token | the least probable
def get_best_next_token(ids, next_probabilities):
    return ids + (int(np.argmin(next_probabilities(ids))),)

# %% wrong: get_best_next_token | the visible check's answers typed in
def get_best_next_token(ids, next_probabilities):
    return ids + ({0: 1, 1: 2, 2: 0}[ids[-1]],)

# %% right: top_k_distribution | sorted pairs in plain Python
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError(k)
    ranked = sorted(enumerate(probabilities), key=lambda pair: (-pair[1], pair[0]))
    total = sum(p for _, p in ranked[:k])
    result = [0.0] * len(probabilities)
    for token, p in ranked[:k]:
        result[token] = p / total
    return result

# %% right: top_k_distribution | argmax, k times
def top_k_distribution(probabilities, k):
    if not k >= 1:
        raise ValueError("k")
    left = np.array(probabilities, dtype=float)
    kept = np.zeros_like(left)
    for _ in range(min(k, left.size)):
        token = np.argmax(left)
        kept[token] = probabilities[token]
        left[token] = -1
    return kept / np.sum(kept)

# %% right: top_k_distribution | the rank of every token, by lexsort
def top_k_distribution(probabilities, k):
    if k <= 0:
        raise ValueError("k must be positive")
    size = len(probabilities)
    ranks = np.empty(size, dtype=int)
    ranks[np.lexsort((np.arange(size), -probabilities))] = np.arange(size)
    kept = np.where(ranks < k, probabilities, 0)
    return kept / kept.sum()

# %% right: top_k_distribution | zeros in a copy for all that come after the first k
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    new = probabilities.copy()
    new[np.argsort(-new, kind="mergesort")[k:]] = 0
    new /= new.sum()
    return new

# %% wrong: top_k_distribution | not renormalised
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    new = probabilities.copy()
    new[np.argsort(-new, kind="stable")[k:]] = 0
    return new

# %% wrong: top_k_distribution | in place
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    probabilities[np.argsort(-probabilities, kind="stable")[k:]] = 0
    return probabilities / probabilities.sum()

# %% wrong: top_k_distribution | keeps all tokens that tie with the last one
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    edge = np.sort(probabilities)[::-1][min(k, len(probabilities)) - 1]
    kept = np.where(probabilities >= edge, probabilities, 0)
    return kept / kept.sum()

# %% wrong: top_k_distribution | ties go to larger ids
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    kept = np.zeros(len(probabilities))
    best = np.argsort(probabilities, kind="stable")[-k:]
    kept[best] = probabilities[best]
    return kept / kept.sum()

# %% wrong: top_k_distribution | k of 0 or less is let through
def top_k_distribution(probabilities, k):
    new = probabilities.copy()
    new[np.argsort(-new, kind="stable")[max(k, 1) :]] = 0
    return new / new.sum()

# %% wrong: top_k_distribution | in order of size, not in their places
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    new = np.sort(probabilities)[::-1].copy()
    new[k:] = 0
    return new / new.sum()

# %% wrong: top_k_distribution | the k least probable
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    new = np.zeros(len(probabilities))
    kept = np.argsort(probabilities, kind="stable")[:k]
    new[kept] = probabilities[kept]
    return new / new.sum()

# %% wrong: top_k_distribution | the index k is out of bounds for k = V and above
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    order = np.argsort(-probabilities, kind="stable")
    new = probabilities.copy()
    new[[order[i] for i in range(len(order)) if i >= list(order).index(order[k])]] = 0
    return new / new.sum()

# %% wrong: top_k_distribution | a softmax of the kept ones
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    kept = np.argsort(-probabilities, kind="stable")[:k]
    new = np.zeros(len(probabilities))
    new[kept] = np.exp(probabilities[kept])
    return new / new.sum()

# %% wrong: top_k_distribution | only the k kept ones come back
def top_k_distribution(probabilities, k):
    if k < 1:
        raise ValueError
    kept = np.sort(probabilities)[::-1][:k]
    return kept / kept.sum()

# %% wrong: top_k_distribution | zero is refused, negative numbers are not
def top_k_distribution(probabilities, k):
    if k == 0:
        raise ValueError
    new = probabilities.copy()
    new[np.argsort(-new, kind="stable")[k:]] = 0
    return new / new.sum()

# %% right: nucleus_distribution | a loop that stops when the mass is reached
def nucleus_distribution(probabilities, threshold):
    kept = np.zeros(len(probabilities))
    mass = 0.0
    for token in np.argsort(-probabilities, kind="stable"):
        kept[token] = probabilities[token]
        mass += probabilities[token]
        if mass >= threshold:
            break
    return kept / kept.sum()

# %% right: nucleus_distribution | searchsorted in the cumulative sum, then top-k
def nucleus_distribution(probabilities, threshold):
    cumulative = np.cumsum(np.sort(probabilities)[::-1])
    k = np.searchsorted(cumulative, threshold, side="left") + 1
    return top_k_distribution(probabilities, min(int(k), len(probabilities)))

# %% right: nucleus_distribution | tokens are taken away from the least probable end, as long as enough is left
def nucleus_distribution(probabilities, threshold):
    order = sorted(range(len(probabilities)), key=lambda v: (-probabilities[v], v))
    while len(order) > 1 and sum(probabilities[v] for v in order[:-1]) >= threshold:
        order.pop()
    new = np.zeros(len(probabilities))
    for v in order:
        new[v] = probabilities[v]
    return new / np.sum(new)

# %% right: nucleus_distribution | argmax of a comparison, with the case that it is never reached
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    reached = np.cumsum(probabilities[order]) >= threshold
    last = np.argmax(reached) if reached.any() else len(order) - 1
    mask = np.zeros(len(probabilities), dtype=bool)
    mask[order[: last + 1]] = True
    return np.where(mask, probabilities, 0.0) / probabilities[mask].sum()

# %% wrong: nucleus_distribution | argmax of a comparison that is nowhere true where rounding leaves the sum below 1
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    last = np.argmax(np.cumsum(probabilities[order]) >= threshold)
    new = np.zeros(len(probabilities))
    new[order[: last + 1]] = probabilities[order[: last + 1]]
    return new / new.sum()

# %% wrong: nucleus_distribution | leaves out the token that reaches the threshold
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    kept = order[np.cumsum(probabilities[order]) <= threshold]
    kept = kept if kept.size else order[:1]
    new = np.zeros(len(probabilities))
    new[kept] = probabilities[kept]
    return new / new.sum()

# %% wrong: nucleus_distribution | one token too many where the threshold is reached exactly
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    kept = order[: np.count_nonzero(np.cumsum(probabilities[order]) <= threshold) + 1]
    new = np.zeros(len(probabilities))
    new[kept] = probabilities[kept]
    return new / new.sum()

# %% wrong: nucleus_distribution | empty for a threshold of 0
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = order[before < threshold]
    new = np.zeros(len(probabilities))
    new[kept] = probabilities[kept]
    return new / new.sum()

# %% wrong: nucleus_distribution | keeps tokens whose own probability is above the threshold
def nucleus_distribution(probabilities, threshold):
    new = np.where(probabilities >= min(threshold, probabilities.max()), probabilities, 0)
    return new / new.sum()

# %% wrong: nucleus_distribution | adds up in order of ids, not of probabilities
def nucleus_distribution(probabilities, threshold):
    before = np.cumsum(probabilities) - probabilities
    new = np.where((before < threshold) | (np.arange(len(probabilities)) == 0), probabilities, 0)
    return new / new.sum()

# %% wrong: nucleus_distribution | not renormalised
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    kept = order[: max(1, np.sum(np.cumsum(probabilities[order]) - probabilities[order] < threshold))]
    new = np.zeros(len(probabilities))
    new[kept] = probabilities[kept]
    return new

# %% wrong: nucleus_distribution | in place
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(-probabilities, kind="stable")
    probabilities[order[max(1, np.sum(np.cumsum(probabilities[order]) - probabilities[order] < threshold)) :]] = 0
    return probabilities / probabilities.sum()

# %% wrong: nucleus_distribution | ties go to larger ids
def nucleus_distribution(probabilities, threshold):
    order = np.argsort(probabilities, kind="stable")[::-1]
    kept = order[: max(1, np.sum(np.cumsum(probabilities[order]) - probabilities[order] < threshold))]
    new = np.zeros(len(probabilities))
    new[kept] = probabilities[kept]
    return new / new.sum()

# %% wrong: nucleus_distribution | keeps all that tie with the last token, so that the set is not the smallest
def nucleus_distribution(probabilities, threshold):
    in_order = np.sort(probabilities)[::-1]
    k = max(1, np.sum(np.cumsum(in_order) - in_order < threshold))
    new = np.where(probabilities >= in_order[k - 1], probabilities, 0)
    return new / new.sum()

# %% wrong: nucleus_distribution | in order of size, not in their places
def nucleus_distribution(probabilities, threshold):
    new = np.sort(probabilities)[::-1].copy()
    new[max(1, np.sum(np.cumsum(new) - new < threshold)) :] = 0
    return new / new.sum()

# %% right: temperature_distribution | logarithms over T, less the largest, through the softmax
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    with np.errstate(divide="ignore"):
        scores = np.log(probabilities) / temperature
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()

# %% right: temperature_distribution | token by token, for those that are not 0
def temperature_distribution(probabilities, temperature):
    import math

    largest = max(probabilities)
    if temperature == 0:
        first = [p == largest for p in probabilities].index(True)
        return [1.0 if v == first else 0.0 for v in range(len(probabilities))]
    powers = [math.exp(math.log(p / largest) / temperature) if p > 0 else 0.0 for p in probabilities]
    return [power / sum(powers) for power in powers]

# %% right: temperature_distribution | T = 0 is top-k with k = 1; else logaddexp
def temperature_distribution(probabilities, temperature):
    if not temperature:
        return top_k_distribution(probabilities, 1)
    with np.errstate(divide="ignore"):
        logs = np.log(probabilities) / temperature
    return np.exp(logs - np.logaddexp.reduce(logs))

# %% wrong: temperature_distribution | the formula as it stands: powers underflow for a small T
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    powers = probabilities ** (1 / temperature)
    return powers / powers.sum()

# %% wrong: temperature_distribution | the power is T, not 1/T
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    powers = (probabilities / probabilities.max()) ** temperature
    return powers / powers.sum()

# %% wrong: temperature_distribution | T = 0 is not thought of
def temperature_distribution(probabilities, temperature):
    powers = (probabilities / probabilities.max()) ** (1 / temperature)
    return powers / powers.sum()

# %% wrong: temperature_distribution | T = 0 is taken for a very small T: ties share
def temperature_distribution(probabilities, temperature):
    powers = (probabilities / probabilities.max()) ** (1 / max(temperature, 1e-9))
    return powers / powers.sum()

# %% wrong: temperature_distribution | every small T is taken for 0: ties do not share
def temperature_distribution(probabilities, temperature):
    if temperature < 0.01:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    powers = (probabilities / probabilities.max()) ** (1 / temperature)
    return powers / powers.sum()

# %% wrong: temperature_distribution | the softmax of p over T, as if probabilities were scores
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    powers = np.exp((probabilities - probabilities.max()) / temperature)
    return powers / powers.sum()

# %% wrong: temperature_distribution | not renormalised
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    return probabilities ** (1 / temperature)

# %% wrong: temperature_distribution | in place
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    probabilities /= probabilities.max()
    powers = probabilities ** (1 / temperature)
    return powers / powers.sum()

# %% wrong: temperature_distribution | a small number added before the logarithm: zeros and tiny ones come back to life
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return np.eye(len(probabilities))[np.argmax(probabilities)]
    scores = np.log(probabilities + 1e-12) / temperature
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()

# %% wrong: temperature_distribution | T = 0 gives a 1 to every one of the most probable
def temperature_distribution(probabilities, temperature):
    if temperature == 0:
        return (probabilities == probabilities.max()).astype(float)
    powers = (probabilities / probabilities.max()) ** (1 / temperature)
    return powers / powers.sum()

# %% right: get_kth_most_likely_token | sorted in plain Python, the logarithm from math
def get_kth_most_likely_token(ids, next_probabilities, k):
    import math

    p = next_probabilities(ids)
    token = sorted(range(len(p)), key=lambda v: (-p[v], v))[k]
    return ids + (token,), math.log(p[token]) if p[token] > 0 else -math.inf

# %% right: get_kth_most_likely_token | takes the best away k times
def get_kth_most_likely_token(ids, next_probabilities, k):
    log_p = np.log(next_probabilities(ids))
    left = np.where(np.isneginf(log_p), -1e300, log_p)
    for _ in range(k):
        left[np.argmax(left)] = -np.inf
    token = np.argmax(left)
    return (*ids, token), log_p[token]

# %% right: get_kth_most_likely_token | lexsort, by probability and then by id; a list of two comes back
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = np.array(next_probabilities(ids))
    token = int(np.lexsort([np.arange(p.size), -p])[k])
    return [tuple(ids) + (token,), np.log(p)[token]]

# %% wrong: get_kth_most_likely_token | ranks begin at 1
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k - 1])
    return ids + (token,), np.log(p[token])

# %% wrong: get_kth_most_likely_token | from the least probable one up
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(p, kind="stable")[k])
    return ids + (token,), np.log(p[token])

# %% wrong: get_kth_most_likely_token | ties in the wrong order
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(p, kind="stable")[::-1][k])
    return ids + (token,), np.log(p[token])

# %% wrong: get_kth_most_likely_token | the probability, not its logarithm
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return ids + (token,), p[token]

# %% wrong: get_kth_most_likely_token | the logarithm of the best one's probability, whatever k is
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return ids + (token,), np.log(p.max())

# %% wrong: get_kth_most_likely_token | logarithm to base 2
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return ids + (token,), np.log2(p[token])

# %% wrong: get_kth_most_likely_token | the negative logarithm
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return ids + (token,), -np.log(p[token])

# %% wrong: get_kth_most_likely_token | ids only
def get_kth_most_likely_token(ids, next_probabilities, k):
    return ids + (int(np.argsort(-next_probabilities(ids), kind="stable")[k]),)

# %% wrong: get_kth_most_likely_token | the token without those before it
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return token, np.log(p[token])

# %% wrong: get_kth_most_likely_token | a small number added inside the logarithm
def get_kth_most_likely_token(ids, next_probabilities, k):
    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return ids + (token,), np.log(p[token] + 1e-12)

# %% wrong: get_kth_most_likely_token | a logarithm that fails for 0
def get_kth_most_likely_token(ids, next_probabilities, k):
    import math

    p = next_probabilities(ids)
    token = int(np.argsort(-p, kind="stable")[k])
    return ids + (token,), math.log(p[token])

# %% right: beam_search | all candidates, with heapq
def beam_search(ids, next_probabilities, n_beam, length):
    import heapq
    import math

    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = (
            (sequence + (token,), score + (math.log(p) if p > 0 else -math.inf))
            for sequence, score in beam
            for token, p in enumerate(next_probabilities(sequence))
        )
        beam = heapq.nlargest(n_beam, candidates, key=lambda pair: pair[1])
    return beam

# %% right: beam_search | arrays: one table of scores a step, sorted flat
def beam_search(ids, next_probabilities, n_beam, length):
    sequences, scores = np.array([ids]), np.zeros(1)
    for _ in range(length):
        with np.errstate(divide="ignore"):
            logs = np.stack([np.log(next_probabilities(tuple(sequence.tolist()))) for sequence in sequences])
        table = scores[:, None] + logs
        best = np.argsort(-table, axis=None, kind="stable")[:n_beam]
        parents, tokens = np.unravel_index(best, table.shape)
        sequences, scores = np.column_stack([sequences[parents], tokens]), table.ravel()[best]
    return [(tuple(sequence.tolist()), score) for sequence, score in zip(sequences, scores)]

# %% right: beam_search | recursive, with the earlier exercise for the children
def beam_search(ids, next_probabilities, n_beam, length):
    if length == 0:
        return [(ids, 0.0)]
    candidates = []
    for sequence, score in beam_search(ids, next_probabilities, n_beam, length - 1):
        for k in range(min(n_beam, len(next_probabilities(sequence)))):
            longer, extra = get_kth_most_likely_token(sequence, next_probabilities, k)
            candidates.append((score + extra, longer))
    candidates.sort(key=lambda pair: pair[0], reverse=True)
    return [(sequence, score) for score, sequence in candidates[:n_beam]]

# %% right: beam_search | a dictionary, the lists of a beam as lists; the first step on its own
def beam_search(ids, next_probabilities, n_beam, length):
    def best(scores):
        return dict(sorted(scores.items(), key=lambda item: item[1], reverse=True)[:n_beam])

    kept = best({(*ids, token): np.log(p) for token, p in enumerate(next_probabilities(ids))})
    for _ in range(length - 1):
        longer = {}
        for sequence in kept:
            for token, p in enumerate(next_probabilities(sequence)):
                longer[(*sequence, token)] = kept[sequence] + np.log(p)
        kept = best(longer)
    return list(kept.items())

# %% wrong: beam_search | greedy, listed n_beam times
def beam_search(ids, next_probabilities, n_beam, length):
    score = 0.0
    for _ in range(length):
        p = next_probabilities(ids)
        ids, score = ids + (int(np.argmax(p)),), score + np.log(p.max())
    return [(ids, score)] * n_beam

# %% wrong: beam_search | the n_beam best first tokens, each followed greedily
def beam_search(ids, next_probabilities, n_beam, length):
    found = []
    p = next_probabilities(ids)
    for token in np.argsort(-p, kind="stable")[:n_beam]:
        sequence, score = ids + (int(token),), np.log(p[token])
        for _ in range(length - 1):
            q = next_probabilities(sequence)
            sequence, score = sequence + (int(np.argmax(q)),), score + np.log(q.max())
        found.append((sequence, score))
    return sorted(found, key=lambda pair: -pair[1])

# %% wrong: beam_search | only the last token counts, not the sum
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, _score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam

# %% wrong: beam_search | one descendant of each: the second best of a good text is never seen
def beam_search(ids, next_probabilities, n_beam, length):
    p = next_probabilities(ids)
    beam = [(ids + (int(token),), np.log(p[token])) for token in np.argsort(-p, kind="stable")[:n_beam]]
    for _ in range(length - 1):
        longer = []
        for sequence, score in beam:
            q = next_probabilities(sequence)
            longer.append((sequence + (int(np.argmax(q)),), score + np.log(q.max())))
        beam = sorted(longer, key=lambda pair: -pair[1])
    return beam

# %% wrong: beam_search | probabilities are multiplied, and underflow
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 1.0)]
    for _ in range(length):
        candidates = []
        for sequence, product in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), product * p))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return [(sequence, np.log(product)) for sequence, product in beam]

# %% wrong: beam_search | worst first
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam[::-1]

# %% wrong: beam_search | everything is tried: the best of all, whatever the width
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for step in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:2000]
    return beam[:n_beam]

# %% wrong: beam_search | the best one only
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam[0]

# %% wrong: beam_search | one step too few
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(len(ids), length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam

# %% wrong: beam_search | log probability per token
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return [(sequence, score / length) for sequence, score in beam]

# %% wrong: beam_search | asks about the last token only
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence[-1:])):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam

# %% wrong: beam_search | never worse than greedy, which a beam of that width need not be
def beam_search(ids, next_probabilities, n_beam, length):
    def search(width):
        beam = [(ids, 0.0)]
        for _ in range(length):
            candidates = []
            for sequence, score in beam:
                for token, p in enumerate(next_probabilities(sequence)):
                    candidates.append((sequence + (token,), score + np.log(p)))
            beam = sorted(candidates, key=lambda pair: -pair[1])[:width]
        return beam

    found = dict(search(n_beam)) | dict(search(1))
    return sorted(found.items(), key=lambda pair: -pair[1])[:n_beam]

# %% wrong: beam_search | sequences of probability 0 are thrown away, so that there are too few
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [(ids, 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities(sequence)):
                if p > 0:
                    candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam

# %% wrong: beam_search | tokens are added without the prompt
def beam_search(ids, next_probabilities, n_beam, length):
    beam = [((), 0.0)]
    for _ in range(length):
        candidates = []
        for sequence, score in beam:
            for token, p in enumerate(next_probabilities((*ids, *sequence))):
                candidates.append((sequence + (token,), score + np.log(p)))
        beam = sorted(candidates, key=lambda pair: -pair[1])[:n_beam]
    return beam
