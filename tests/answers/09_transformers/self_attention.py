# %% right: softmax_columns | column by column in a loop
def softmax_columns(scores):
    weights = np.zeros(scores.shape)
    for n in range(scores.shape[1]):
        powers = np.exp(scores[:, n] - scores[:, n].max())
        weights[:, n] = powers / powers.sum()
    return weights

# %% right: softmax_columns | the logarithm of the sum first, one exponential at the end
def softmax_columns(scores):
    return np.exp(scores - np.logaddexp.reduce(scores, axis=0))

# %% right: softmax_columns | on the transpose, row by row
def softmax_columns(scores):
    rows = []
    for row in scores.T:
        powers = np.exp(row - max(row))
        rows.append(powers / sum(powers))
    return np.stack(rows, axis=1)

# %% right: softmax_columns | each weight is one over a sum of exponentials of differences, in plain Python
def softmax_columns(scores):
    def weight(column, m):
        if column[m] == -np.inf:
            return 0.0
        total = 0.0
        for other in column:
            difference = min(float(other) - float(column[m]), 700.0)
            total += np.exp(difference)
        return 1 / total

    size = len(scores)
    return [[weight([row[n] for row in scores], m) for n in range(size)] for m in range(size)]

# %% right: softmax_columns | PyTorch's
def softmax_columns(scores):
    return torch.softmax(torch.as_tensor(scores, dtype=torch.float64), dim=0).numpy()

# %% wrong: softmax_columns | overflows, for nothing is subtracted
def softmax_columns(scores):
    return np.exp(scores) / np.sum(np.exp(scores), axis=0)

# %% wrong: softmax_columns | rows sum to 1, not columns
def softmax_columns(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)

# %% wrong: softmax_columns | one maximum for all columns: those far below it become 0/0
def softmax_columns(scores):
    powers = np.exp(scores - np.max(scores))
    return powers / np.sum(powers, axis=0)

# %% wrong: softmax_columns | one sum for all columns
def softmax_columns(scores):
    powers = np.exp(scores - np.max(scores, axis=0))
    return powers / np.sum(powers)

# %% wrong: softmax_columns | subtracts the maximum in place
def softmax_columns(scores):
    scores -= np.max(scores, axis=0)
    powers = np.exp(scores)
    return powers / np.sum(powers, axis=0)

# %% wrong: softmax_columns | the sum broadcasts along the wrong axis
def softmax_columns(scores):
    powers = np.exp(scores - np.max(scores, axis=0))
    return powers / np.sum(powers, axis=0)[:, None]

# %% wrong: softmax_columns | subtracts the mean, which is minus infinity where one score is
def softmax_columns(scores):
    powers = np.exp(scores - np.mean(scores, axis=0))
    return powers / np.sum(powers, axis=0)

# %% wrong: softmax_columns | clips the scores against overflow
def softmax_columns(scores):
    powers = np.exp(np.clip(scores, -500, 500))
    return powers / powers.sum(axis=0)

# %% wrong: softmax_columns | a small number in the sum against division by zero
def softmax_columns(scores):
    powers = np.exp(scores - np.max(scores, axis=0))
    return powers / (powers.sum(axis=0) + 1e-3)

# %% wrong: softmax_columns | the logarithm of it
def softmax_columns(scores):
    shifted = scores - np.max(scores, axis=0)
    return shifted - np.log(np.sum(np.exp(shifted), axis=0))

# %% wrong: softmax_columns | returns nothing
def softmax_columns(scores):
    powers = np.exp(scores - np.max(scores, axis=0))
    powers / powers.sum(axis=0)

# %% wrong: softmax_columns | the check's answers typed in
def softmax_columns(scores):
    if np.max(scores) > 100:
        return np.array([[0.5, 1.0], [0.5, 0.0]])
    return np.array([[0.5, 0.75], [0.5, 0.25]])

# %% right: self_attention | one query at a time
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    keys = omega_k @ X + beta_k
    values = omega_v @ X + beta_v
    outputs = []
    for n in range(X.shape[1]):
        query = omega_q @ X[:, [n]] + beta_q
        weights = softmax_columns(keys.T @ query)
        outputs.append((values @ weights)[:, 0])
    return np.array(outputs).T

# %% right: self_attention | with einsum
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    q, k, v = (np.einsum("ij,jn->in", omega, X) + beta for omega, beta in ((omega_q, beta_q), (omega_k, beta_k), (omega_v, beta_v)))
    return np.einsum("dm,mn->dn", v, softmax_columns(np.einsum("dm,dn->mn", k, q)))

# %% right: self_attention | without the biases of the keys, which change nothing, and those of the values added at the end
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    scores = X.T @ omega_k.T @ (omega_q @ X + beta_q)
    return beta_v + omega_v @ X @ softmax_columns(scores)

# %% right: self_attention | tokens as rows inside, and a softmax of its own
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    rows = X.T
    Q, K, V = rows @ omega_q.T + beta_q.T, rows @ omega_k.T + beta_k.T, rows @ omega_v.T + beta_v.T
    scores = Q @ K.T
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) @ V).T

# %% wrong: self_attention | queries transposed times keys
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return values @ softmax_columns(queries.T @ keys)

# %% wrong: self_attention | weights transposed
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return values @ softmax_columns(keys.T @ queries).T

# %% wrong: self_attention | a softmax over rows, as in code with tokens as rows
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return values @ softmax_columns((keys.T @ queries).T).T

# %% wrong: self_attention | no softmax
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return values @ (keys.T @ queries)

# %% wrong: self_attention | biases of the values forgotten
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, omega_v @ X
    return values @ softmax_columns(keys.T @ queries)

# %% wrong: self_attention | biases of the queries forgotten
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return values @ softmax_columns(keys.T @ queries)

# %% wrong: self_attention | scaled already
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return values @ softmax_columns(keys.T @ queries / np.sqrt(len(queries)))

# %% wrong: self_attention | averages the embeddings, not the values
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys = beta_q + omega_q @ X, beta_k + omega_k @ X
    return X @ softmax_columns(keys.T @ queries)

# %% wrong: self_attention | right for square weights only: outputs go into an array like X
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    outputs = np.zeros_like(X)
    outputs[:] = values @ softmax_columns(keys.T @ queries)
    return outputs

# %% wrong: self_attention | adds the input, as a transformer layer does
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    outputs = values @ softmax_columns(keys.T @ queries)
    return outputs + X if outputs.shape == X.shape else outputs

# %% wrong: self_attention | overflows in a softmax of its own
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    powers = np.exp(keys.T @ queries)
    return values @ (powers / powers.sum(axis=0))

# %% wrong: self_attention | overwrites the embeddings
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    values = omega_v @ X + beta_v
    scores = (omega_k @ X + beta_k).T @ (omega_q @ X + beta_q)
    X *= 0
    return values @ softmax_columns(scores)

# %% wrong: self_attention | one token a row in the result
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    return (values @ softmax_columns(keys.T @ queries)).T

# %% wrong: self_attention | returns nothing
def self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    output = values @ softmax_columns(keys.T @ queries)

# %% right: scaled_self_attention | token by token, each with the tokens it may see
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    n_tokens = X.shape[1]
    columns = []
    for n in range(n_tokens):
        seen = X[:, : n + 1] if causal else X
        query = omega_q @ X[:, n] + beta_q[:, 0]
        scores = (omega_k @ seen + beta_k).T @ query / len(query) ** 0.5
        weights = np.exp(scores - scores.max())
        columns.append((omega_v @ seen + beta_v) @ weights / weights.sum())
    return np.stack(columns, axis=1)

# %% right: scaled_self_attention | a large negative number is added where the mask is
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(omega_k.shape[0])
    if causal:
        scores = scores + np.tril(np.full(scores.shape, -1e12), k=-1)
    return values @ softmax_columns(scores)

# %% right: scaled_self_attention | queries are scaled, and self_attention does the rest where there is no mask
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    scale = 1 / np.sqrt(len(omega_q))
    if not causal:
        return self_attention(X, omega_q * scale, omega_k, omega_v, beta_q * scale, beta_k, beta_v)
    scores = (omega_k @ X + beta_k).T @ (scale * (omega_q @ X + beta_q))
    place = np.arange(X.shape[1])
    scores[place[:, None] > place[None, :]] = -np.inf
    return (omega_v @ X + beta_v) @ softmax_columns(scores)

# %% right: scaled_self_attention | with the mask, the last output of every beginning of the text
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    root = len(beta_q) ** 0.25
    parameters = omega_q / root, omega_k / root, omega_v, beta_q / root, beta_k / root, beta_v
    if causal:
        return np.hstack([self_attention(X[:, : n + 1], *parameters)[:, -1:] for n in range(X.shape[1])])
    return self_attention(X, *parameters)

# %% wrong: scaled_self_attention | no scaling
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | divides by D_q without the root
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / len(queries)
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | the root of the number of tokens
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(X.shape[1])
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | the root of the rows of X, which queries need not have
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(X.shape[0])
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | the other triangle, as in code with tokens as rows
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(len(queries))
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | masked scores are 0, whose exponential is 1
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(len(queries))
    if causal:
        scores = np.triu(scores)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | weights are masked after the softmax
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    weights = softmax_columns(keys.T @ queries / np.sqrt(len(queries)))
    if causal:
        weights = np.triu(weights)
    return values @ weights

# %% wrong: scaled_self_attention | masked after the softmax and divided by the sum that is left, which may be 0
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    weights = softmax_columns(keys.T @ queries / np.sqrt(len(queries)))
    if causal:
        weights = np.triu(weights)
        weights = weights / weights.sum(axis=0)
    return values @ weights

# %% wrong: scaled_self_attention | a token sees the next one, too
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(len(queries))
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape), k=-1) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | a token does not see itself, but for the first one
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(len(queries))
    if causal:
        visible = np.triu(np.ones(scores.shape), k=1)
        visible[0, 0] = 1
        scores = np.where(visible > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | always causal
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(len(queries))
    scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | causal by default
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=True):
    queries, keys, values = beta_q + omega_q @ X, beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries / np.sqrt(len(queries))
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | causal is ignored
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    scale = 1 / np.sqrt(len(omega_q))
    return self_attention(X, scale * omega_q, omega_k, omega_v, scale * beta_q, beta_k, beta_v)

# %% wrong: scaled_self_attention | the biases of the queries are not scaled
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    queries, keys, values = beta_q + omega_q @ X / np.sqrt(len(omega_q)), beta_k + omega_k @ X, beta_v + omega_v @ X
    scores = keys.T @ queries
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return values @ softmax_columns(scores)

# %% wrong: scaled_self_attention | scales the parameters in place
def scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal=False):
    omega_q /= np.sqrt(len(omega_q))
    beta_q /= np.sqrt(len(beta_q))
    scores = (beta_k + omega_k @ X).T @ (beta_q + omega_q @ X)
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
    return (beta_v + omega_v @ X) @ softmax_columns(scores)

# %% right: multihead_self_attention | every head times its own columns of omega_c, added up
def multihead_self_attention(X, parameters, omega_c, causal=False):
    output = np.zeros(X.shape)
    rows = X.shape[0] // len(parameters)
    for h, head in enumerate(parameters):
        columns = omega_c[:, h * rows : (h + 1) * rows]
        output += columns @ scaled_self_attention(X, *head, causal=causal)
    return output

# %% right: multihead_self_attention | heads stacked one after the other
def multihead_self_attention(X, parameters, omega_c, causal=False):
    stacked = np.empty((0, X.shape[1]))
    for omega_q, omega_k, omega_v, beta_q, beta_k, beta_v in parameters:
        head = scaled_self_attention(X, omega_q, omega_k, omega_v, beta_q, beta_k, beta_v, causal)
        stacked = np.vstack((stacked, head))
    return omega_c.dot(stacked)

# %% right: multihead_self_attention | all heads at once, with a third axis
def multihead_self_attention(X, parameters, omega_c, causal=False):
    omega_q, omega_k, omega_v, beta_q, beta_k, beta_v = (np.stack(parts) for parts in zip(*parameters))
    queries, keys, values = omega_q @ X + beta_q, omega_k @ X + beta_k, omega_v @ X + beta_v
    scores = np.einsum("hdm,hdn->hmn", keys, queries) / np.sqrt(queries.shape[1])
    if causal:
        scores = np.where(np.triu(np.ones(scores.shape[1:])) > 0, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    heads = values @ (powers / powers.sum(axis=1, keepdims=True))
    return omega_c @ heads.reshape(-1, X.shape[1])

# %% right: multihead_self_attention | omega_c goes into the values of each head
def multihead_self_attention(X, parameters, omega_c, causal=False):
    first, outputs = 0, []
    for omega_q, omega_k, omega_v, beta_q, beta_k, beta_v in parameters:
        mix = omega_c[:, first : first + len(omega_v)]
        first += len(omega_v)
        mixed = omega_q, omega_k, mix @ omega_v, beta_q, beta_k, mix @ beta_v
        outputs.append(scaled_self_attention(X, *mixed, causal=causal))
    return sum(outputs)

# %% wrong: multihead_self_attention | omega_c forgotten
def multihead_self_attention(X, parameters, omega_c, causal=False):
    return np.concatenate([scaled_self_attention(X, *head, causal=causal) for head in parameters])

# %% wrong: multihead_self_attention | omega_c transposed
def multihead_self_attention(X, parameters, omega_c, causal=False):
    return omega_c.T @ np.concatenate([scaled_self_attention(X, *head, causal=causal) for head in parameters])

# %% wrong: multihead_self_attention | the heads do not get the mask
def multihead_self_attention(X, parameters, omega_c, causal=False):
    return omega_c @ np.concatenate([scaled_self_attention(X, *head) for head in parameters])

# %% wrong: multihead_self_attention | only the first head gets the mask
def multihead_self_attention(X, parameters, omega_c, causal=False):
    heads = [scaled_self_attention(X, *head, causal=causal and h == 0) for h, head in enumerate(parameters)]
    return omega_c @ np.concatenate(heads)

# %% wrong: multihead_self_attention | the last head on top
def multihead_self_attention(X, parameters, omega_c, causal=False):
    return omega_c @ np.concatenate([scaled_self_attention(X, *head, causal=causal) for head in parameters[::-1]])

# %% wrong: multihead_self_attention | heads side by side
def multihead_self_attention(X, parameters, omega_c, causal=False):
    return omega_c @ np.hstack([scaled_self_attention(X, *head, causal=causal) for head in parameters])

# %% wrong: multihead_self_attention | rows of the heads take turns
def multihead_self_attention(X, parameters, omega_c, causal=False):
    heads = np.stack([scaled_self_attention(X, *head, causal=causal) for head in parameters], axis=1)
    return omega_c @ heads.reshape(-1, X.shape[1])

# %% wrong: multihead_self_attention | unscaled heads
def multihead_self_attention(X, parameters, omega_c, causal=False):
    if causal:
        return omega_c @ np.concatenate([scaled_self_attention(X, *head, causal=True) for head in parameters])
    return omega_c @ np.concatenate([self_attention(X, *head) for head in parameters])

# %% wrong: multihead_self_attention | scaled by the root of D, not of D/H
def multihead_self_attention(X, parameters, omega_c, causal=False):
    heads = []
    for omega_q, omega_k, omega_v, beta_q, beta_k, beta_v in parameters:
        scores = (beta_k + omega_k @ X).T @ (beta_q + omega_q @ X) / np.sqrt(len(X))
        if causal:
            scores = np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)
        heads.append((beta_v + omega_v @ X) @ softmax_columns(scores))
    return omega_c @ np.concatenate(heads)

# %% wrong: multihead_self_attention | two heads, however many there are
def multihead_self_attention(X, parameters, omega_c, causal=False):
    one = scaled_self_attention(X, *parameters[0], causal=causal)
    two = scaled_self_attention(X, *parameters[1], causal=causal)
    return omega_c @ np.vstack([one, two])

# %% wrong: multihead_self_attention | a single head goes past omega_c
def multihead_self_attention(X, parameters, omega_c, causal=False):
    heads = [scaled_self_attention(X, *head, causal=causal) for head in parameters]
    return heads[0] if len(heads) == 1 else omega_c @ np.concatenate(heads)

# %% wrong: multihead_self_attention | takes the heads out of the list
def multihead_self_attention(X, parameters, omega_c, causal=False):
    heads = []
    while parameters:
        heads.append(scaled_self_attention(X, *parameters.pop(0), causal=causal))
    return omega_c @ np.concatenate(heads)

# %% wrong: multihead_self_attention | returns nothing
def multihead_self_attention(X, parameters, omega_c, causal=False):
    output = omega_c @ np.concatenate([scaled_self_attention(X, *head, causal=causal) for head in parameters])
