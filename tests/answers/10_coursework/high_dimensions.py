# %% right: distance_ratio | all pairs in two plain loops
def distance_ratio(x):
    largest, smallest = 0.0, float("inf")
    n = x.shape[1]
    for i in range(n):
        for j in range(i):
            distance = np.linalg.norm(x[:, i] - x[:, j])
            largest = max(largest, distance)
            smallest = min(smallest, distance)
    return largest / smallest

# %% right: distance_ratio | squared differences added up dimension by dimension, the diagonal left out
def distance_ratio(x):
    n = x.shape[1]
    squares = np.zeros((n, n))
    for row in x:
        squares += np.subtract.outer(row, row) ** 2
    pairs = squares[~np.eye(n, dtype=bool)]
    return np.sqrt(pairs.max()) / np.sqrt(pairs.min())

# %% right: distance_ratio | one point against all, its own distance made infinite for the minimum
def distance_ratio(x):
    farthest, nearest = [], []
    for i in range(x.shape[1]):
        distances = np.sqrt(np.sum((x - x[:, [i]]) ** 2, axis=0))
        farthest.append(distances.max())
        distances[i] = np.inf
        nearest.append(distances.min())
    return np.max(farthest) / np.min(nearest)

# %% right: distance_ratio | PyTorch's distances without the matrix product
def distance_ratio(x):
    import torch

    distances = torch.pdist(torch.tensor(x.T, dtype=torch.float64).contiguous())
    return (distances.max() / distances.min()).item()

# %% wrong: distance_ratio | rows taken for points
def distance_ratio(x):
    n = x.shape[0]
    distances = [np.linalg.norm(x[i] - x[j]) for i in range(n) for j in range(i)]
    return max(distances) / min(distances)

# %% wrong: distance_ratio | a point is compared with itself
def distance_ratio(x):
    distances = np.array([np.sqrt(((x - x[:, [i]]) ** 2).sum(axis=0)) for i in range(x.shape[1])])
    return distances.max() / distances.min()

# %% wrong: distance_ratio | squared distances: the root is missing
def distance_ratio(x):
    largest, smallest = 0.0, np.inf
    for i in range(x.shape[1] - 1):
        squares = ((x[:, i + 1 :] - x[:, [i]]) ** 2).sum(axis=0)
        largest, smallest = max(largest, squares.max()), min(smallest, squares.min())
    return largest / smallest

# %% wrong: distance_ratio | the identity with norms, which cancels
def distance_ratio(x):
    norms = (x**2).sum(axis=0)
    squares = np.abs(norms[:, None] + norms - 2 * x.T @ x)
    pairs = squares[np.triu_indices(x.shape[1], 1)]
    return np.sqrt(pairs.max() / pairs.min())

# %% wrong: distance_ratio | neighbouring columns only
def distance_ratio(x):
    distances = np.linalg.norm(np.diff(x, axis=1), axis=0)
    return distances.max() / distances.min()

# %% wrong: distance_ratio | distances from the first point only
def distance_ratio(x):
    distances = np.linalg.norm(x[:, 1:] - x[:, :1], axis=0)
    return distances.max() / distances.min()

# %% wrong: distance_ratio | smallest over largest
def distance_ratio(x):
    n = x.shape[1]
    distances = [np.linalg.norm(x[:, i] - x[:, j]) for i in range(n) for j in range(i)]
    return min(distances) / max(distances)

# %% wrong: distance_ratio | a small number in the denominator, "to be safe"
def distance_ratio(x):
    largest, smallest = 0.0, np.inf
    for i in range(x.shape[1] - 1):
        distances = np.linalg.norm(x[:, i + 1 :] - x[:, [i]], axis=0)
        largest, smallest = max(largest, distances.max()), min(smallest, distances.min())
    return largest / (smallest + 1e-12)

# %% wrong: distance_ratio | sums of absolute differences
def distance_ratio(x):
    largest, smallest = 0.0, np.inf
    for i in range(x.shape[1] - 1):
        distances = np.abs(x[:, i + 1 :] - x[:, [i]]).sum(axis=0)
        largest, smallest = max(largest, distances.max()), min(smallest, distances.min())
    return largest / smallest

# %% wrong: distance_ratio | moves the points to their mean, in place
def distance_ratio(x):
    x -= x.mean(axis=1, keepdims=True)
    largest, smallest = 0.0, np.inf
    for i in range(x.shape[1] - 1):
        distances = np.linalg.norm(x[:, i + 1 :] - x[:, [i]], axis=0)
        largest, smallest = max(largest, distances.max()), min(smallest, distances.min())
    return largest / smallest

# %% wrong: distance_ratio | the answers of the visible check
def distance_ratio(x):
    return {3: 5 / 3, 2: 2840.258089741234, 100: 2.0379141896081934}.get(x.shape[1] if x.shape[1] == 3 else x.shape[0], 1.2)

# %% right: volume_of_hypersphere | from two dimensions fewer, step by step
def volume_of_hypersphere(diameter, dimensions):
    r = diameter / 2
    volume = 1.0 if dimensions % 2 == 0 else 2 * r
    for d in range(2 + dimensions % 2, dimensions + 1, 2):
        volume = volume * 2 * np.pi * r**2 / d
    return volume

# %% right: volume_of_hypersphere | logarithms, the gamma function by hand for whole and half numbers
def volume_of_hypersphere(diameter, dimensions):
    half = dimensions / 2
    log_gamma, k = (0.0 if dimensions % 2 == 0 else 0.5 * np.log(np.pi)), (1.0 if dimensions % 2 == 0 else 0.5)
    while k <= half:
        log_gamma += np.log(k)
        k += 1
    return float(np.exp(half * np.log(np.pi * (diameter / 2) ** 2) - log_gamma))

# %% right: volume_of_hypersphere | whole numbers and fractions, exact but for pi
def volume_of_hypersphere(diameter, dimensions):
    from fractions import Fraction

    pi, r = Fraction(math.pi), Fraction(diameter) / 2
    k = dimensions // 2
    if dimensions % 2 == 0:
        return float(pi**k * r**dimensions / math.factorial(k))
    return float(2 * math.factorial(k) * (4 * pi) ** k * r**dimensions / math.factorial(dimensions))

# %% right: volume_of_hypersphere | one ball's logarithm from the gamma function, the diameter's power in it
def volume_of_hypersphere(diameter, dimensions):
    n = int(dimensions)
    return math.exp(n * (0.5 * math.log(math.pi) + math.log(diameter) - math.log(2)) - math.lgamma(1 + 0.5 * n))

# %% wrong: volume_of_hypersphere | the formula as it stands: its parts overflow
def volume_of_hypersphere(diameter, dimensions):
    radius = np.float64(diameter / 2)
    return np.pi ** (dimensions / 2) * radius**dimensions / math.gamma(dimensions / 2 + 1)

# %% wrong: volume_of_hypersphere | the diameter taken for the radius
def volume_of_hypersphere(diameter, dimensions):
    return math.exp(
        dimensions / 2 * math.log(math.pi) + dimensions * math.log(diameter) - math.lgamma(dimensions / 2 + 1)
    )

# %% wrong: volume_of_hypersphere | the one in the gamma function is missing
def volume_of_hypersphere(diameter, dimensions):
    return math.exp(
        dimensions / 2 * math.log(math.pi) + dimensions * math.log(diameter / 2) - math.lgamma(dimensions / 2)
    )

# %% wrong: volume_of_hypersphere | whole-number division: right in even dimensions only
def volume_of_hypersphere(diameter, dimensions):
    half = dimensions // 2
    return math.exp(half * math.log(math.pi) + dimensions * math.log(diameter / 2) - math.lgamma(half + 1))

# %% wrong: volume_of_hypersphere | the logarithm of the volume
def volume_of_hypersphere(diameter, dimensions):
    return dimensions / 2 * math.log(math.pi) + dimensions * math.log(diameter / 2) - math.lgamma(dimensions / 2 + 1)

# %% wrong: volume_of_hypersphere | the surface instead of the volume
def volume_of_hypersphere(diameter, dimensions):
    r = diameter / 2
    log_volume = dimensions / 2 * math.log(math.pi) + dimensions * math.log(r) - math.lgamma(dimensions / 2 + 1)
    return math.exp(log_volume) * dimensions / r

# %% wrong: volume_of_hypersphere | logarithms of parts that have overflowed
def volume_of_hypersphere(diameter, dimensions):
    radius = np.float64(diameter / 2)
    log_volume = np.log(np.pi ** (dimensions / 2) * radius**dimensions) - math.lgamma(dimensions / 2 + 1)
    return float(np.exp(log_volume))

# %% wrong: volume_of_hypersphere | the power of the radius is half the number of dimensions
def volume_of_hypersphere(diameter, dimensions):
    half = dimensions / 2
    return math.exp(half * math.log(math.pi) + half * math.log(diameter / 2) - math.lgamma(half + 1))

# %% wrong: volume_of_hypersphere | diameter ignored: always 1
def volume_of_hypersphere(diameter, dimensions):
    half = dimensions / 2
    return math.exp(half * math.log(math.pi) - dimensions * math.log(2) - math.lgamma(half + 1))

# %% right: get_prop_of_volume_in_outer_1_percent | with the volumes of two balls
def get_prop_of_volume_in_outer_1_percent(dimension):
    whole = volume_of_hypersphere(2.0, dimension)
    inside = volume_of_hypersphere(0.99 * 2.0, dimension)
    return (whole - inside) / whole

# %% right: get_prop_of_volume_in_outer_1_percent | expm1 of a logarithm
def get_prop_of_volume_in_outer_1_percent(dimension):
    return float(-np.expm1(dimension * np.log(0.99)))

# %% right: get_prop_of_volume_in_outer_1_percent | a sum over the thickness, percent by percent
def get_prop_of_volume_in_outer_1_percent(dimension):
    share = 0.0
    for _ in range(dimension):
        share = share + 0.01 * (1 - share)
    return share

# %% wrong: get_prop_of_volume_in_outer_1_percent | the inside instead of the skin
def get_prop_of_volume_in_outer_1_percent(dimension):
    return 0.99**dimension

# %% wrong: get_prop_of_volume_in_outer_1_percent | a hundredth for every dimension
def get_prop_of_volume_in_outer_1_percent(dimension):
    return min(1.0, 0.01 * dimension)

# %% wrong: get_prop_of_volume_in_outer_1_percent | one percent on either side of the diameter
def get_prop_of_volume_in_outer_1_percent(dimension):
    return 1 - 0.98**dimension

# %% wrong: get_prop_of_volume_in_outer_1_percent | the difference of volumes, not over the whole
def get_prop_of_volume_in_outer_1_percent(dimension):
    return volume_of_hypersphere(1.0, dimension) - volume_of_hypersphere(0.99, dimension)

# %% wrong: get_prop_of_volume_in_outer_1_percent | percent instead of a share
def get_prop_of_volume_in_outer_1_percent(dimension):
    return 100 * (1 - 0.99**dimension)

# %% wrong: get_prop_of_volume_in_outer_1_percent | outside of the ball: from 1 to 1.01 times the radius
def get_prop_of_volume_in_outer_1_percent(dimension):
    return (1.01**dimension - 1) / 1.01**dimension

# %% wrong: get_prop_of_volume_in_outer_1_percent | the answers of the visible check
def get_prop_of_volume_in_outer_1_percent(dimension):
    return {1: 0.01, 2: 0.0199, 3: 0.029701}.get(dimension, 0.95)
