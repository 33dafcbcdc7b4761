# %% right: Net | layers one by one and functions between them, as in many tutorials
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, 5)
        self.conv2 = nn.Conv2d(10, 20, 5)
        self.drop = nn.Dropout2d()
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        x = x.view(-1, 320)
        x = functional.relu(self.fc1(x))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% right: Net | ReLU before pooling, dropout after it, the function dropout2d that is told the mode, layers declared from the end
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(50, 10)
        self.hidden = nn.Linear(20 * 4 * 4, 50)
        self.second = nn.Conv2d(10, 20, (5, 5))
        self.first = nn.Conv2d(1, 10, (5, 5))

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.first(x)), 2)
        x = torch.max_pool2d(torch.relu(self.second(x)), 2)
        x = functional.dropout2d(x, p=0.5, training=self.training)
        x = torch.relu(self.hidden(x.reshape(x.shape[0], -1)))
        x = self.out(x)
        return x - torch.logsumexp(x, dim=1, keepdim=True)

# %% right: Net | one Sequential, a lazy layer that finds its own size
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(inplace=True),
            nn.Conv2d(10, 20, 5), nn.Dropout2d(0.5), nn.MaxPool2d(2), nn.ReLU(inplace=True),
            nn.Flatten(), nn.LazyLinear(50), nn.ReLU(), nn.Linear(50, 10), nn.LogSoftmax(1),
        )
        self.layers(torch.zeros(2, 1, 28, 28))

    def forward(self, x):
        return self.layers(x)

# %% right: Net | a lazy layer that stays lazy, a mask made by hand
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 10, 5)
        self.b = nn.Conv2d(10, 20, 5)
        self.c = nn.LazyLinear(50)
        self.d = nn.Linear(50, 10)

    def forward(self, x):
        h = functional.max_pool2d(self.a(x), 2).clamp(min=0)
        h = self.b(h)
        if self.training:
            h = h * (torch.rand(h.shape[0], h.shape[1], 1, 1, device=h.device) < 0.5) / 0.5
        h = functional.max_pool2d(h, 2).clamp(min=0).flatten(1)
        return self.d(self.c(h).clamp(min=0)).log_softmax(-1)

# %% wrong: Net | no dropout at all
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.conv2(x), 2))
        x = functional.relu(self.fc1(x.flatten(1)))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | dropout of single values
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout(0.5)
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.conv2(x), 2))
        x = functional.relu(self.fc1(self.drop(x).flatten(1)))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | dropout2d is not told the mode and is always on
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(functional.dropout2d(self.conv2(x)), 2))
        x = functional.relu(self.fc1(x.flatten(1)))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | dropout after the first convolution
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.drop(self.conv1(x)), 2))
        x = functional.relu(functional.max_pool2d(self.conv2(x), 2))
        x = functional.relu(self.fc1(x.flatten(1)))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | a second dropout between the fully connected layers
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        x = functional.relu(self.fc1(x.flatten(1)))
        x = functional.dropout(x, training=self.training)
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | drops too seldom
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d(0.2)
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        x = functional.relu(self.fc1(x.flatten(1)))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | one mask for all images of a batch, made by hand
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.conv2(x), 2))
        if self.training:
            x = x * 2 * (torch.rand(20, 1, 1) < 0.5)
        x = functional.relu(self.fc1(x.flatten(1)))
        return functional.log_softmax(self.fc2(x), dim=1)

# %% wrong: Net | no ReLU after the first fully connected layer
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        return functional.log_softmax(self.fc2(self.fc1(x.flatten(1))), dim=1)

# %% wrong: Net | no ReLU after the second convolution
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.max_pool2d(self.drop(self.conv2(x)), 2)
        return functional.log_softmax(self.fc2(functional.relu(self.fc1(x.flatten(1)))), dim=1)

# %% wrong: Net | mean-pooling
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.avg_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.avg_pool2d(self.drop(self.conv2(x)), 2))
        return functional.log_softmax(self.fc2(functional.relu(self.fc1(x.flatten(1)))), dim=1)

# %% wrong: Net | softmax without the logarithm
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        return functional.softmax(self.fc2(functional.relu(self.fc1(x.flatten(1)))), dim=1)

# %% wrong: Net | log-softmax over the batch
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        return functional.log_softmax(self.fc2(functional.relu(self.fc1(x.flatten(1)))), dim=0)

# %% wrong: Net | with padding, so that sizes and parameters differ
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5, padding=2), nn.Conv2d(10, 20, 5, padding=2)
        self.drop, self.fc1, self.fc2 = nn.Dropout2d(), nn.Linear(980, 50), nn.Linear(50, 10)

    def forward(self, x):
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        return functional.log_softmax(self.fc2(functional.relu(self.fc1(x.flatten(1)))), dim=1)

# %% wrong: Net | normalises its input in place
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.drop = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Dropout2d()
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x):
        x -= x.mean()
        x = functional.relu(functional.max_pool2d(self.conv1(x), 2))
        x = functional.relu(functional.max_pool2d(self.drop(self.conv2(x)), 2))
        return functional.log_softmax(self.fc2(functional.relu(self.fc1(x.flatten(1)))), dim=1)

# %% right: train_epoch | a DataLoader, cross entropy written out
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    torch.manual_seed(seed)
    dataset = torch.utils.data.TensorDataset(X, y)
    loader = torch.utils.data.DataLoader(dataset, batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    net.train()
    losses = []
    for images, labels in loader:
        optimizer.zero_grad()
        each = -net(images)[torch.arange(len(labels)), labels]
        each.mean().backward()
        optimizer.step()
        losses += each.tolist()
    return sum(losses) / len(losses)

# %% right: train_epoch | momentum by hand, an order by NumPy, index arithmetic, calls forward itself
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    import numpy as np

    set_seed(seed)
    order = torch.tensor(np.random.default_rng(seed).permutation(len(X)))
    net = net.train()
    velocity = [torch.zeros_like(p) for p in net.parameters()]
    total = 0
    for start in range(0, len(X), batch_size):
        chosen = order[start : start + batch_size]
        net.zero_grad()
        loss = functional.nll_loss(net.forward(X[chosen]), y[chosen], reduction="sum")
        (loss / len(chosen)).backward()
        with torch.no_grad():
            for p, v in zip(net.parameters(), velocity):
                v.mul_(momentum).add_(p.grad)
                p.sub_(learning_rate * v)
        total += float(loss)
    return total / len(y)

# %% right: train_epoch | its own generator for the order, a copy of the data in the new order, NLLLoss
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed + 1))
    X, y = X[order], y[order]
    criterion = nn.NLLLoss()
    optimizer = torch.optim.SGD(net.parameters(), learning_rate, momentum)
    net.train()
    loss_sum, count = 0.0, 0
    for images, labels in zip(X.split(batch_size), y.split(batch_size)):
        loss = criterion(net(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss_sum += loss.item() * labels.shape[0]
        count += labels.shape[0]
    net.eval()
    return loss_sum / count

# %% wrong: train_epoch | mean of the batch means
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    losses = []
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)

# %% wrong: train_epoch | gradients are never set to zero
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | no momentum
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | a new optimizer for every batch, so that the velocity is lost
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | Adam
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | in the order of the data
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.arange(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | inputs are shuffled and labels are not
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    shuffled = X[torch.randperm(len(X))]
    for images, labels in zip(shuffled.split(batch_size), y.split(batch_size)):
        loss = functional.nll_loss(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(X)

# %% wrong: train_epoch | the last, smaller batch is left out
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    order, total, count = torch.randperm(len(X)), 0.0, 0
    for k in range(max(1, len(X) // batch_size)):
        batch = order[k * batch_size : (k + 1) * batch_size]
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
        count += len(batch)
    return total / count

# %% wrong: train_epoch | with replacement, so that some examples come twice
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randint(len(X), (len(X),)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | the mode is left as it is
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | the seed is never used
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | always the same seed
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(0)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | the seed fixes the order and not the dropout
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    for batch in order.split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | trains a copy of the network
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    import copy

    set_seed(seed)
    net = copy.deepcopy(net)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | the loss after the step of its batch
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    total = 0.0
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += functional.nll_loss(net(X[batch]), y[batch]).item() * len(batch)
    return total / len(X)

# %% wrong: train_epoch | the loss of the last batch only
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()

# %% wrong: train_epoch | shuffles the student's data in place
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    order, total = torch.randperm(len(X)), 0.0
    X[:], y[:] = X[order], y[order]
    for images, labels in zip(X.split(batch_size), y.split(batch_size)):
        loss = functional.nll_loss(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(X)

# %% wrong: train_epoch | returns nothing
def train_epoch(net, X, y, learning_rate, momentum, batch_size, seed):
    set_seed(seed)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=momentum)
    for batch in torch.randperm(len(X)).split(batch_size):
        loss = functional.nll_loss(net(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

# %% right: evaluate | all at once
def evaluate(net, X, y):
    was_training = net.training
    net.eval()
    with torch.no_grad():
        log_probabilities = net(X)
    if was_training:
        net.train()
    loss = -log_probabilities[torch.arange(len(y)), y].mean()
    accuracy = (log_probabilities.argmax(1) == y).float().mean() * 100
    return loss.item(), accuracy.item()

# %% right: evaluate | a DataLoader in inference mode, the mode put back whatever happens
@torch.inference_mode()
def evaluate(net, X, y):
    mode = net.training
    losses, hits = [], []
    try:
        net.train(False)
        for images, labels in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=64):
            out = net(images)
            losses.append(functional.nll_loss(out, labels, reduction="none"))
            hits.append(out.max(dim=1).indices.eq(labels))
    finally:
        net.train(mode)
    return float(torch.cat(losses).mean()), 100.0 * float(torch.cat(hits).double().mean())

# %% right: evaluate | plain Python on rows, a list instead of a tuple
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    total = right = 0.0
    for start in range(0, len(X), 50):
        with torch.no_grad():
            rows = net(X[start : start + 50]).tolist()
        for row, label in zip(rows, y[start : start + 50].tolist()):
            total -= row[label]
            right += row.index(max(row)) == label
    net.train(mode)
    return [total / len(X), right / len(X) * 100]

# %% wrong: evaluate | dropout stays on
def evaluate(net, X, y):
    with torch.no_grad():
        outputs = net(X)
    return functional.nll_loss(outputs, y).item(), 100 * (outputs.argmax(1) == y).float().mean().item()

# %% wrong: evaluate | in training mode afterwards, whichever it was
def evaluate(net, X, y):
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    net.train()
    return functional.nll_loss(outputs, y).item(), 100 * (outputs.argmax(1) == y).float().mean().item()

# %% wrong: evaluate | in evaluation mode afterwards, whichever it was
def evaluate(net, X, y):
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    return functional.nll_loss(outputs, y).item(), 100 * (outputs.argmax(1) == y).float().mean().item()

# %% wrong: evaluate | records gradients
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    outputs = net(X)
    net.train(mode)
    return functional.nll_loss(outputs, y).item(), 100 * (outputs.argmax(1) == y).float().mean().item()

# %% wrong: evaluate | a share and not percent
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    net.train(mode)
    return functional.nll_loss(outputs, y).item(), (outputs.argmax(1) == y).float().mean().item()

# %% wrong: evaluate | mean of the batch means
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    losses, shares = [], []
    with torch.no_grad():
        for images, labels in zip(X.split(1000), y.split(1000)):
            outputs = net(images)
            losses.append(functional.nll_loss(outputs, labels).item())
            shares.append(100 * (outputs.argmax(1) == labels).float().mean().item())
    net.train(mode)
    return sum(losses) / len(losses), sum(shares) / len(shares)

# %% wrong: evaluate | a last batch that is empty where the size divides the number of examples
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for k in range(len(X) // 64 + 1):
            images, labels = X[64 * k : 64 * k + 64], y[64 * k : 64 * k + 64]
            outputs = net(images)
            loss += functional.nll_loss(outputs, labels).item() * len(labels)
            right += (outputs.argmax(1) == labels).sum().item()
    net.train(mode)
    return loss / len(X), 100 * right / len(X)

# %% wrong: evaluate | the last batch that is not full is left out
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for k in range(max(1, len(X) // 100)):
            outputs, labels = net(X[100 * k : 100 * k + 100]), y[100 * k : 100 * k + 100]
            loss += functional.nll_loss(outputs, labels, reduction="sum").item()
            right += (outputs.argmax(1) == labels).sum().item()
    net.train(mode)
    return loss / len(X), 100 * right / len(X)

# %% wrong: evaluate | the sum of the losses
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    net.train(mode)
    loss = functional.nll_loss(outputs, y, reduction="sum").item()
    return loss, 100 * (outputs.argmax(1) == y).float().mean().item()

# %% wrong: evaluate | the results the other way round
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    net.train(mode)
    return 100 * (outputs.argmax(1) == y).float().mean().item(), functional.nll_loss(outputs, y).item()

# %% wrong: evaluate | the least probable class
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    net.train(mode)
    return functional.nll_loss(outputs, y).item(), 100 * (outputs.argmin(1) == y).float().mean().item()

# %% wrong: evaluate | changes the network
def evaluate(net, X, y):
    mode = net.training
    net.eval()
    with torch.no_grad():
        outputs = net(X)
    for p in net.parameters():
        p.data *= 1.01
    net.train(mode)
    return functional.nll_loss(outputs, y).item(), 100 * (outputs.argmax(1) == y).float().mean().item()
