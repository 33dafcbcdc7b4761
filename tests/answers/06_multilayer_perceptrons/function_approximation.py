# %% right: approximate_function | a loop over the pieces, keeping the slope before
def approximate_function(x_train, y_train):
    x = torch.linspace(torch.min(x_train), torch.max(x_train), 1000)
    n = x_train.shape[0]
    relu_acts = torch.zeros((n - 1, 1000))
    weights = torch.zeros(n - 1)
    slope_before = 0.0
    for i in range(n - 1):
        slope = (y_train[i + 1] - y_train[i]) / (x_train[i + 1] - x_train[i])
        weights[i] = slope - slope_before
        slope_before = slope
        relu_acts[i] = torch.nn.functional.relu(x - x_train[i])
    y_hat = torch.zeros(1000)
    for i in range(n - 1):
        y_hat += weights[i] * relu_acts[i]
    return weights, y_hat, relu_acts, x

# %% right: approximate_function | the weights as the solution of a triangular system
def approximate_function(x_train, y_train):
    knots, values = x_train.reshape(-1), y_train.reshape(-1)
    at_points = torch.relu(knots[1:, None] - knots[None, :-1])
    weights = torch.linalg.solve_triangular(at_points, values[1:, None], upper=False)[:, 0]
    x = torch.linspace(knots[0], knots[-1], 1000)
    relu_acts = (x[None, :] - knots[:-1, None]).clamp(min=0)
    return weights, relu_acts.T @ weights, relu_acts, x

# %% right: approximate_function | layers of torch.nn with the weights put in; y_hat and relu_acts keep their graph
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.squeeze(-1) if x_train.dim() == 2 else x_train, y_train.ravel()
    n = len(x_train)
    slopes = (y_train[1:] - y_train[:-1]) / (x_train[1:] - x_train[:-1])
    weights = slopes.clone()
    weights[1:] -= slopes[:-1]
    x = x_train[0] + (x_train[-1] - x_train[0]) * torch.arange(1000) / 999
    hidden, output = torch.nn.Linear(1, n - 1), torch.nn.Linear(n - 1, 1, bias=False)
    with torch.no_grad():
        hidden.weight.fill_(1)
        hidden.bias.copy_(-x_train[:-1])
        output.weight.copy_(weights[None])
    acts = torch.relu(hidden(x[:, None]))
    return weights, output(acts)[:, 0], acts.T, x

# %% right: approximate_function | NumPy inside, tensors outside
def approximate_function(x_train, y_train):
    knots, values = x_train.numpy().ravel().astype(float), y_train.numpy().ravel().astype(float)
    slopes = np.diff(values) / np.diff(knots)
    weights = np.diff(np.concatenate([[0.0], slopes]))
    x = np.linspace(knots[0], knots[-1], 1000)
    acts = np.maximum(0, x - knots[:-1].reshape(-1, 1))
    y_hat = np.sum(weights[:, None] * acts, axis=0)
    return tuple(torch.from_numpy(each).float() for each in (weights, y_hat, acts, x))

# %% wrong: approximate_function | the slopes themselves as weights
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    weights = torch.diff(y_train) / torch.diff(x_train)
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | the changes of slope with the wrong sign
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.cat([slopes[:1], slopes[:-1] - slopes[1:]])
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | differences of y as slopes, without dividing
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    weights = torch.diff(torch.diff(y_train), prepend=torch.zeros(1))
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | the spacing of the first two points for all of them
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    slopes = torch.diff(y_train) / (x_train[1] - x_train[0])
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | returns the weighted ReLUs for the ReLUs
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    relu_acts = weights[:, None] * torch.relu(x - x_train[:-1, None])
    return weights, relu_acts.sum(dim=0), relu_acts, x

# %% wrong: approximate_function | the sum of ReLUs without weights
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    return weights, relu_acts.sum(dim=0), relu_acts, x

# %% wrong: approximate_function | a ReLU at the last point too
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:, None])
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.cat([torch.diff(slopes, prepend=torch.zeros(1)), torch.zeros(1)])
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | x always from 0 to 2 pi
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(0, 2 * math.pi, 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | joints one point too late
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[1:, None])
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | a shift in place, and only for one of the two shapes
def approximate_function(x_train, y_train):
    if x_train.dim() == 1:
        y_train -= y_train[0].clone()
        x_train += 0.0
        y_train[0] = 1e-3
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | only for inputs of shape (n,)
def approximate_function(x_train, y_train):
    x = torch.linspace(float(x_train[0]), float(x_train[-1]), 1000)
    slopes = torch.diff(y_train) / torch.diff(x_train)
    weights = torch.diff(slopes, prepend=torch.zeros(1))
    relu_acts = torch.relu(x - x_train[:-1].reshape(-1, 1))
    return weights, weights @ relu_acts, relu_acts, x

# %% wrong: approximate_function | returns nothing
def approximate_function(x_train, y_train):
    x_train, y_train = x_train.flatten(), y_train.flatten()
    x = torch.linspace(x_train[0].item(), x_train[-1].item(), 1000)
    relu_acts = torch.relu(x - x_train[:-1, None])

# %% right: with_offset | the first value of whatever shape, as a number
def with_offset(x_train, y_train):
    first = y_train.reshape(-1)[0].item()
    return first + approximate_function(x_train, y_train - first)[1]

# %% right: with_offset | without approximate_function: piece by piece
def with_offset(x_train, y_train):
    knots, values = x_train.flatten(), y_train.flatten()
    x = torch.linspace(knots[0].item(), knots[-1].item(), 1000)
    piece = (torch.searchsorted(knots, x, right=True) - 1).clamp(0, len(knots) - 2)
    share = (x - knots[piece]) / (knots[piece + 1] - knots[piece])
    return values[piece] * (1 - share) + values[piece + 1] * share

# %% right: with_offset | an extra constant unit with the first value as its weight
def with_offset(x_train, y_train):
    shifted = y_train - y_train[:1]
    weights, _, relu_acts, x = approximate_function(x_train, shifted)
    units = torch.cat([torch.ones(1, x.numel()), relu_acts])
    return torch.cat([y_train.flatten()[:1], weights]) @ units

# %% right: with_offset | asks for the curve and moves it by what is missing at the start
def with_offset(x_train, y_train):
    _, y_hat, _, _ = approximate_function(x_train.view(-1), y_train.view(-1) - y_train.view(-1)[0])
    return y_hat + (y_train.view(-1)[0] - y_hat[0])

# %% wrong: with_offset | no offset
def with_offset(x_train, y_train):
    return approximate_function(x_train, y_train - y_train[0])[1]

# %% wrong: with_offset | the offset is taken away a second time
def with_offset(x_train, y_train):
    return approximate_function(x_train, y_train - y_train[0])[1] - y_train[0]

# %% wrong: with_offset | the mean for the offset
def with_offset(x_train, y_train):
    return approximate_function(x_train, y_train - y_train[0])[1] + y_train.mean()

# %% wrong: with_offset | an offset of 1, right for the cosine
def with_offset(x_train, y_train):
    return approximate_function(x_train, y_train - 1)[1] + 1

# %% wrong: with_offset | works in place on y_train
def with_offset(x_train, y_train):
    first = y_train.flatten()[0].item()
    y_train -= first
    return approximate_function(x_train, y_train)[1] + first

# %% wrong: with_offset | moved to the right height at the end instead of the start, by the largest value
def with_offset(x_train, y_train):
    y_hat = approximate_function(x_train, y_train - y_train[0])[1]
    return y_hat + (y_train.max() - y_hat.max()) * 0.5

# %% wrong: with_offset | returns everything
def with_offset(x_train, y_train):
    weights, y_hat, relus, x = approximate_function(x_train, y_train - y_train[0])
    return weights, y_hat + y_train[0], relus, x

# %% wrong: with_offset | returns nothing
def with_offset(x_train, y_train):
    y_hat = approximate_function(x_train, y_train - y_train[0])[1] + y_train[0]
