# %% right: Net | a loop with add_module and literal_eval for the numbers
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        import ast
        import re

        match = re.fullmatch(r"(\w+)\((.*)\)", actv)
        kind = getattr(torch.nn, match[1], None) if match else None
        if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
            raise ValueError(actv)
        arguments = ast.literal_eval(f"({match[2]},)") if match[2].strip() else ()
        self.mlp = nn.Sequential()
        widths = [input_feature_num] + list(hidden_unit_nums)
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            self.mlp.add_module(f"linear_{i}", nn.Linear(a, b))
            self.mlp.add_module(f"activation_{i}", kind(*arguments))
        self.mlp.add_module("output", nn.Linear(widths[-1], output_feature_num))

    def forward(self, x):
        return self.mlp(x.reshape(x.shape[0], -1))

# %% right: Net | one activation object for all layers, nn.Flatten inside the Sequential
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, rest = actv.split("(")
        try:
            cls = getattr(nn, name)
        except AttributeError:
            raise ValueError("unknown activation " + name) from None
        inner = rest.replace(")", "")
        activation = cls(*[float(part) for part in inner.split(",")]) if inner else cls()
        layers = [nn.Flatten()]
        for units in hidden_unit_nums:
            layers.append(nn.Linear(input_feature_num, units))
            layers.append(activation)
            input_feature_num = units
        layers.append(nn.Linear(input_feature_num, output_feature_num))
        self.mlp = nn.Sequential(*layers)

    def forward(self, x):
        return self.mlp(x)

# %% right: Net | a list of all widths, the last activation taken off again, view
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name = actv[: actv.index("(")]
        words = actv[actv.index("(") + 1 : actv.rindex(")")].split(",")
        arguments = tuple(float(word) for word in words if word != "")
        if not hasattr(nn, name):
            raise ValueError
        sizes = [input_feature_num, *hidden_unit_nums, output_feature_num]
        parts = []
        for k in range(len(sizes) - 1):
            parts.extend([nn.Linear(sizes[k], sizes[k + 1]), getattr(nn, name)(*arguments)])
        self.mlp = nn.Sequential(*parts[:-1])

    def forward(self, x):
        return self.mlp(x.view(x.size(0), -1))

# %% wrong: Net | eval, with the error translated
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        try:
            eval("nn." + actv)
        except AttributeError:
            raise ValueError(actv) from None
        layers = []
        for units in hidden_unit_nums:
            layers += [nn.Linear(input_feature_num, units), eval("nn." + actv)]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers, nn.Linear(input_feature_num, output_feature_num))

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | an activation after the last layer, too
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, _, rest = actv.partition("(")
        if name not in nn.modules.activation.__all__:
            raise ValueError(name)
        numbers = [float(n) for n in rest.rstrip(")").split(",") if n]
        layers = []
        for units in [*hidden_unit_nums, output_feature_num]:
            layers += [nn.Linear(input_feature_num, units), getattr(nn, name)(*numbers)]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers)

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | no activation between the layers
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        if actv.partition("(")[0] not in nn.modules.activation.__all__ or "*" in actv:
            raise ValueError(actv)
        widths = [input_feature_num, *hidden_unit_nums, output_feature_num]
        self.mlp = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(widths, widths[1:])])

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | always ReLU
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        if actv.partition("(")[0] not in nn.modules.activation.__all__ or "*" in actv:
            raise ValueError(actv)
        layers = []
        for units in hidden_unit_nums:
            layers += [nn.Linear(input_feature_num, units), nn.ReLU()]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers, nn.Linear(input_feature_num, output_feature_num))

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | the numbers in the brackets are dropped
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name = actv.partition("(")[0]
        if name not in nn.modules.activation.__all__ or "*" in actv:
            raise ValueError(actv)
        layers = []
        for units in hidden_unit_nums:
            layers += [nn.Linear(input_feature_num, units), getattr(nn, name)()]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers, nn.Linear(input_feature_num, output_feature_num))

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | only the first hidden layer
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, _, rest = actv.partition("(")
        if name not in nn.modules.activation.__all__:
            raise ValueError(name)
        numbers = [float(n) for n in rest.rstrip(")").split(",") if n]
        units = hidden_unit_nums[0]
        self.mlp = nn.Sequential(
            nn.Linear(input_feature_num, units), getattr(nn, name)(*numbers), nn.Linear(units, output_feature_num)
        )

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | layers in a plain list, which nn.Module does not look into
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, _, rest = actv.partition("(")
        if name not in nn.modules.activation.__all__:
            raise ValueError(name)
        numbers = [float(n) for n in rest.rstrip(")").split(",") if n]
        self.layers = []
        for units in hidden_unit_nums:
            self.layers += [nn.Linear(input_feature_num, units), getattr(nn, name)(*numbers)]
            input_feature_num = units
        self.layers.append(nn.Linear(input_feature_num, output_feature_num))
        self.mlp = nn.Sequential()

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers:
            x = layer(x)
        return x

# %% wrong: Net | does not flatten
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, _, rest = actv.partition("(")
        if name not in nn.modules.activation.__all__:
            raise ValueError(name)
        numbers = [float(n) for n in rest.rstrip(")").split(",") if n]
        layers = []
        for units in hidden_unit_nums:
            layers += [nn.Linear(input_feature_num, units), getattr(nn, name)(*numbers)]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers, nn.Linear(input_feature_num, output_feature_num))

    def forward(self, x):
        return self.mlp(x)

# %% wrong: Net | ReLU instead of an error for unknown names
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, _, rest = actv.partition("(")
        numbers = [float(n) for n in rest.rstrip(")").split(",") if n] if hasattr(nn, name) else []
        layers = []
        for units in hidden_unit_nums:
            layers += [nn.Linear(input_feature_num, units), getattr(nn, name, nn.ReLU)(*numbers)]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers, nn.Linear(input_feature_num, output_feature_num))

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% wrong: Net | no biases in the output layer
class Net(nn.Module):
    def __init__(self, actv, input_feature_num, hidden_unit_nums, output_feature_num):
        super().__init__()
        name, _, rest = actv.partition("(")
        if name not in nn.modules.activation.__all__:
            raise ValueError(name)
        numbers = [float(n) for n in rest.rstrip(")").split(",") if n]
        layers = []
        for units in hidden_unit_nums:
            layers += [nn.Linear(input_feature_num, units), getattr(nn, name)(*numbers)]
            input_feature_num = units
        self.mlp = nn.Sequential(*layers, nn.Linear(input_feature_num, output_feature_num, bias=False))

    def forward(self, x):
        return self.mlp(x.flatten(1))

# %% right: cross_entropy_loss | logsumexp and gather
def cross_entropy_loss(x, labels):
    return (torch.logsumexp(x, dim=1) - x.gather(1, labels[:, None])[:, 0]).mean()

# %% right: cross_entropy_loss | log_softmax and one-hot labels
def cross_entropy_loss(x, labels):
    one_hot = nn.functional.one_hot(labels, x.shape[1])
    return -(one_hot * torch.log_softmax(x, dim=1)).sum() / len(x)

# %% right: cross_entropy_loss | a loop over the examples
def cross_entropy_loss(x, labels):
    total = 0.0
    for row, label in zip(x, labels):
        largest = row.max()
        total = total + largest + torch.log(torch.sum(torch.exp(row - largest))) - row[label]
    return total / len(labels)

# %% right: cross_entropy_loss | PyTorch's own
def cross_entropy_loss(x, labels):
    return nn.functional.cross_entropy(x, labels)

# %% wrong: cross_entropy_loss | overflows
def cross_entropy_loss(x, labels):
    return (torch.log(torch.exp(x).sum(dim=1)) - x[torch.arange(len(labels)), labels]).mean()

# %% wrong: cross_entropy_loss | logarithm of a softmax that underflows
def cross_entropy_loss(x, labels):
    return -torch.log(torch.softmax(x, dim=1)[torch.arange(len(labels)), labels]).mean()

# %% wrong: cross_entropy_loss | the largest output of the whole batch is subtracted
def cross_entropy_loss(x, labels):
    shifted = x - x.max()
    return (torch.log(torch.exp(shifted).sum(dim=1)) - shifted[torch.arange(len(labels)), labels]).mean()

# %% wrong: cross_entropy_loss | sum instead of mean
def cross_entropy_loss(x, labels):
    return (torch.logsumexp(x, dim=1) - x[torch.arange(len(labels)), labels]).sum()

# %% wrong: cross_entropy_loss | sign
def cross_entropy_loss(x, labels):
    return (x[torch.arange(len(labels)), labels] - torch.logsumexp(x, dim=1)).mean()

# %% wrong: cross_entropy_loss | softmax over the batch instead of the classes
def cross_entropy_loss(x, labels):
    return -torch.log_softmax(x, dim=0)[torch.arange(len(labels)), labels].mean()

# %% wrong: cross_entropy_loss | a Python number, without gradients
def cross_entropy_loss(x, labels):
    return (torch.logsumexp(x, dim=1) - x[torch.arange(len(labels)), labels]).mean().item()

# %% wrong: cross_entropy_loss | detached
def cross_entropy_loss(x, labels):
    x = x.detach()
    return (torch.logsumexp(x, dim=1) - x[torch.arange(len(labels)), labels]).mean()

# %% wrong: cross_entropy_loss | shifts x in place
def cross_entropy_loss(x, labels):
    with torch.no_grad():
        x -= x.max(dim=1, keepdim=True).values
    return (torch.logsumexp(x, dim=1) - x[torch.arange(len(labels)), labels]).mean()

# %% wrong: cross_entropy_loss | clipped instead of shifted
def cross_entropy_loss(x, labels):
    x = x.clamp(-80, 80)
    return (torch.log(torch.exp(x).sum(dim=1)) - x[torch.arange(len(labels)), labels]).mean()

# %% wrong: cross_entropy_loss | indexing takes whole rows of every label
def cross_entropy_loss(x, labels):
    return (torch.logsumexp(x, dim=1) - x[:, labels]).mean()

# %% wrong: cross_entropy_loss | one loss an example
def cross_entropy_loss(x, labels):
    return torch.logsumexp(x, dim=1) - x[torch.arange(len(labels)), labels]

# %% right: shuffle_and_split_data | NumPy's generator
def shuffle_and_split_data(X, y, seed):
    order = torch.from_numpy(np.random.default_rng(seed).permutation(X.shape[0]))
    n_test = X.shape[0] // 5
    test, rest = order[:n_test], order[n_test:]
    return X[test], y[test], X[rest], y[rest]

# %% right: shuffle_and_split_data | the global generator, seeded; the test set at the end
def shuffle_and_split_data(X, y, seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    n_train = len(y) - len(y) * 20 // 100
    return X[order[n_train:]], y[order[n_train:]], X[order[:n_train]], y[order[:n_train]]

# %% right: shuffle_and_split_data | a list shuffled by Python's random
def shuffle_and_split_data(X, y, seed):
    import random

    order = list(range(len(X)))
    random.Random(seed).shuffle(order)
    pick = lambda chosen: (torch.stack([X[i] for i in chosen]), torch.stack([y[i] for i in chosen]))
    n = int(len(X) * 0.2)
    return (*pick(order[:n]), *pick(order[n:]))

# %% wrong: shuffle_and_split_data | two different orders
def shuffle_and_split_data(X, y, seed):
    torch.manual_seed(seed)
    X, y = X[torch.randperm(len(X))], y[torch.randperm(len(y))]
    n = int(0.2 * len(X))
    return X[:n], y[:n], X[n:], y[n:]

# %% wrong: shuffle_and_split_data | only the inputs shuffled
def shuffle_and_split_data(X, y, seed):
    torch.manual_seed(seed)
    X = X[torch.randperm(len(X))]
    n = int(0.2 * len(X))
    return X[:n], y[:n], X[n:], y[n:]

# %% wrong: shuffle_and_split_data | not shuffled
def shuffle_and_split_data(X, y, seed):
    n = int(0.2 * len(X))
    return X[:n], y[:n], X[n:], y[n:]

# %% wrong: shuffle_and_split_data | the seed is not used
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(1))
    n = int(0.2 * len(X))
    return X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]]

# %% wrong: shuffle_and_split_data | another order in every call
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X))
    n = int(0.2 * len(X))
    return X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]]

# %% wrong: shuffle_and_split_data | training set first
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    n = int(0.2 * len(X))
    return X[order[n:]], y[order[n:]], X[order[:n]], y[order[:n]]

# %% wrong: shuffle_and_split_data | rounded up
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    n = int(np.ceil(0.2 * len(X)))
    return X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]]

# %% wrong: shuffle_and_split_data | the test examples stay in the training set
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    n = int(0.2 * len(X))
    return X[order[:n]], y[order[:n]], X[order], y[order]

# %% wrong: shuffle_and_split_data | drawn with replacement
def shuffle_and_split_data(X, y, seed):
    order = torch.randint(len(X), (len(X),), generator=torch.Generator().manual_seed(seed))
    n = int(0.2 * len(X))
    return X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]]

# %% wrong: shuffle_and_split_data | works in place
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    X[:], y[:] = X[order], y[order]
    n = int(0.2 * len(X))
    return X[:n], y[:n], X[n:], y[n:]

# %% wrong: shuffle_and_split_data | a random test set, the rest in its old order
def shuffle_and_split_data(X, y, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    n = int(0.2 * len(X))
    rest = order[n:].sort().values
    return X[order[:n]], y[order[:n]], X[rest], y[rest]

# %% right: accuracy | a sum over a count, inference_mode
def accuracy(net, X, y):
    was_training = net.training
    net.eval()
    with torch.inference_mode():
        right = torch.sum(torch.max(net(X), 1)[1] == y)
    if was_training:
        net.train()
    return 100.0 * right.item() / len(y)

# %% right: accuracy | in batches, with try and finally
def accuracy(net, X, y):
    mode, right = net.training, 0
    try:
        net.train(False)
        with torch.no_grad():
            for inputs, labels in zip(X.split(64), y.split(64)):
                right += int((net(inputs).argmax(-1) == labels).sum())
    finally:
        net.train(mode)
    return right / len(X) * 100

# %% right: accuracy | a decorator, and a count by NumPy
@torch.no_grad()
def accuracy(net, X, y):
    before = net.training
    net.eval()
    outputs = net(X).cpu().numpy()
    net.train(before)
    return float(np.mean(np.argmax(outputs, axis=1) == y.cpu().numpy()) * 100)

# %% wrong: accuracy | stays in training mode
def accuracy(net, X, y):
    with torch.no_grad():
        return 100 * (net(X).argmax(dim=1) == y).float().mean().item()

# %% wrong: accuracy | leaves the network in evaluation mode
def accuracy(net, X, y):
    net.eval()
    with torch.no_grad():
        return 100 * (net(X).argmax(dim=1) == y).float().mean().item()

# %% wrong: accuracy | always back to training mode
def accuracy(net, X, y):
    net.eval()
    with torch.no_grad():
        share = (net(X).argmax(dim=1) == y).float().mean().item()
    net.train()
    return 100 * share

# %% wrong: accuracy | records gradients
def accuracy(net, X, y):
    mode = net.training
    net.eval()
    share = (net(X).argmax(dim=1) == y).float().mean().item()
    net.train(mode)
    return 100 * share

# %% wrong: accuracy | a share, not percent
def accuracy(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        share = (net(X).argmax(dim=1) == y).float().mean().item()
    net.train(mode)
    return share

# %% wrong: accuracy | the largest output over the examples
def accuracy(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        predicted = net(X).argmax(dim=0)
    net.train(mode)
    return 100 * np.mean([int(a) == int(b) for a, b in zip(predicted, y)])

# %% wrong: accuracy | a count, not a share
def accuracy(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        right = (net(X).argmax(dim=1) == y).sum().item()
    net.train(mode)
    return right

# %% wrong: accuracy | the share of errors
def accuracy(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        share = (net(X).argmax(dim=1) != y).float().mean().item()
    net.train(mode)
    return 100 * share

# %% wrong: accuracy | the answer of the visible check
def accuracy(net, X, y):
    return 75.0

# %% right: train | a DataLoader, shuffled
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(X, y), batch_size=batch_size, shuffle=True
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    net.train()
    history = []
    for _ in range(epochs):
        for inputs, labels in loader:
            net.zero_grad()
            loss = cross_entropy_loss(net(inputs), labels)
            loss.backward()
            optimizer.step()
            history.append(float(loss))
    return history

# %% right: train | its own generator, slices of shuffled data, PyTorch's loss, accuracy after each epoch
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(net.parameters(), learning_rate)
    losses = []
    for _ in range(epochs):
        net.train()
        order = torch.randperm(X.shape[0], generator=generator)
        X_shuffled, y_shuffled = X[order], y[order]
        for start in range(0, X.shape[0], batch_size):
            optimizer.zero_grad()
            outputs = net(X_shuffled[start : start + batch_size])
            loss = nn.functional.cross_entropy(outputs, y_shuffled[start : start + batch_size])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach().item())
        net.eval()
        with torch.no_grad():
            net(X)
    net.train()
    return losses

# %% right: train | Adam by hand
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    order_source = np.random.default_rng(seed)
    net.train()
    parameters = list(net.parameters())
    means = [torch.zeros_like(p) for p in parameters]
    squares = [torch.zeros_like(p) for p in parameters]
    losses, step = [], 0
    for _ in range(epochs):
        order = order_source.permutation(len(X))
        for first in range(0, len(X), batch_size):
            chosen = torch.as_tensor(order[first : first + batch_size])
            loss = cross_entropy_loss(net(X[chosen]), y[chosen])
            gradients = torch.autograd.grad(loss, parameters)
            step += 1
            with torch.no_grad():
                for p, g, m, s in zip(parameters, gradients, means, squares):
                    m.mul_(0.9).add_(g, alpha=0.1)
                    s.mul_(0.999).add_(g * g, alpha=0.001)
                    p -= learning_rate * (m / (1 - 0.9**step)) / ((s / (1 - 0.999**step)).sqrt() + 1e-8)
            losses.append(loss.item())
    return losses

# %% wrong: train | gradients are never set to zero
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | gradients set to zero between backward and step
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | SGD instead of Adam
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | the learning rate is not used
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters())
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | not shuffled
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.arange(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | shuffled once, before the first epoch
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    order = torch.randperm(len(X))
    losses = []
    for _ in range(epochs):
        for batch in order.split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | the seed is set anew in every epoch, so all have one order
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        set_seed(seed)
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | no seed
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | the last, smaller batch is dropped
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(len(X))
        for i in range(len(X) // batch_size):
            batch = order[i * batch_size : (i + 1) * batch_size]
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | one loss an epoch
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: train | a fresh optimizer for every batch
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | the loss after the step instead of before it
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad()
            cross_entropy_loss(net(X[batch]), y[batch]).backward()
            optimizer.step()
            losses.append(cross_entropy_loss(net(X[batch]), y[batch]).item())
    return losses

# %% wrong: train | a copy is trained
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    import copy

    set_seed(seed)
    net.train()
    net = copy.deepcopy(net)
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | in evaluation mode
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.eval()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: train | returns nothing
def train(net, X, y, epochs, learning_rate, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            loss = cross_entropy_loss(net(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
