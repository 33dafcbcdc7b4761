# %% right: net_rsm | einsum
def net_rsm(h):
    return torch.einsum("id,jd->ij", h, h)

# %% right: net_rsm | sums by broadcasting
def net_rsm(h):
    return (h[:, None, :] * h[None, :, :]).sum(dim=-1)

# %% right: net_rsm | a loop over pairs
def net_rsm(h):
    n = h.shape[0]
    G = torch.zeros(n, n, dtype=h.dtype)
    for i in range(n):
        for j in range(n):
            G[i, j] = torch.dot(h[i], h[j])
    return G

# %% right: net_rsm | the inner product of NumPy
def net_rsm(h):
    return torch.tensor(np.inner(h.numpy(), h.numpy()))

# %% wrong: net_rsm | sums over items, a matrix of units
def net_rsm(h):
    return h.T @ h

# %% wrong: net_rsm | mean over units
def net_rsm(h):
    return h @ h.T / h.shape[1]

# %% wrong: net_rsm | rows centred first
def net_rsm(h):
    h = h - h.mean(dim=1, keepdim=True)
    return h @ h.T

# %% wrong: net_rsm | cosines
def net_rsm(h):
    h = h / h.norm(dim=1, keepdim=True)
    return h @ h.T

# %% wrong: net_rsm | correlations
def net_rsm(h):
    return torch.corrcoef(h)

# %% wrong: net_rsm | distances
def net_rsm(h):
    return torch.cdist(h, h)

# %% wrong: net_rsm | only each item with itself
def net_rsm(h):
    return (h * h).sum(dim=1)

# %% wrong: net_rsm | centres h in place
def net_rsm(h):
    G = h @ h.T
    h -= h.mean(dim=0)
    return G

# %% right: cosine_rsm | dot products over the outer product of lengths, nan turned into zero
def cosine_rsm(h):
    lengths = torch.sqrt((h**2).sum(dim=1))
    return torch.nan_to_num(net_rsm(h) / torch.outer(lengths, lengths), nan=0.0)

# %% right: cosine_rsm | a loop over pairs, with a question for zero
def cosine_rsm(h):
    n = len(h)
    C = torch.zeros(n, n, dtype=h.dtype)
    for i in range(n):
        for j in range(n):
            a, b = h[i].norm(), h[j].norm()
            if a > 0 and b > 0:
                C[i, j] = (h[i] / a) @ (h[j] / b)
    return C

# %% right: cosine_rsm | rows scaled by their largest entry first, then normalised
def cosine_rsm(h):
    largest = h.abs().amax(dim=1, keepdim=True)
    h = torch.where(largest > 0, h / largest, 0.0)
    return torch.nn.functional.cosine_similarity(h[:, None], h[None], dim=-1)

# %% right: cosine_rsm | normalize with a tiny smallest length
def cosine_rsm(h):
    unit = torch.nn.functional.normalize(h, dim=1, eps=1e-35)
    return unit @ unit.T

# %% wrong: cosine_rsm | nan for a row of zeros
def cosine_rsm(h):
    unit = h / h.norm(dim=1, keepdim=True)
    return unit @ unit.T

# %% wrong: cosine_rsm | the ready-made function with its smallest length
def cosine_rsm(h):
    return torch.nn.functional.cosine_similarity(h[:, None], h[None], dim=-1)

# %% wrong: cosine_rsm | a small number added to the length
def cosine_rsm(h):
    unit = h / (h.norm(dim=1, keepdim=True) + 1e-8)
    return unit @ unit.T

# %% wrong: cosine_rsm | columns normalised
def cosine_rsm(h):
    lengths = h.norm(dim=0, keepdim=True)
    unit = h / torch.where(lengths == 0, 1, lengths)
    return unit @ unit.T

# %% wrong: cosine_rsm | correlations, without nan
def cosine_rsm(h):
    h = h - h.mean(dim=1, keepdim=True)
    lengths = h.norm(dim=1, keepdim=True)
    unit = h / torch.where(lengths == 0, 1, lengths)
    return unit @ unit.T

# %% wrong: cosine_rsm | divided by one length only
def cosine_rsm(h):
    lengths = h.norm(dim=1, keepdim=True)
    return h @ h.T / torch.where(lengths == 0, 1, lengths)

# %% wrong: cosine_rsm | divided by squared lengths
def cosine_rsm(h):
    squares = (h**2).sum(dim=1, keepdim=True)
    unit = h / torch.where(squares == 0, 1, squares)
    return unit @ unit.T

# %% wrong: cosine_rsm | one length for the whole matrix
def cosine_rsm(h):
    G = h @ h.T
    return G / G.max()

# %% wrong: cosine_rsm | ones on the diagonal, for zeros too
def cosine_rsm(h):
    lengths = h.norm(dim=1, keepdim=True)
    unit = h / torch.where(lengths == 0, 1, lengths)
    C = unit @ unit.T
    return C.fill_diagonal_(1.0)

# %% wrong: cosine_rsm | normalises h in place
def cosine_rsm(h):
    lengths = h.norm(dim=1, keepdim=True)
    h /= torch.where(lengths == 0, 1, lengths)
    return h @ h.T

# %% right: rsm_by_epoch | einsum
def rsm_by_epoch(hidden):
    return torch.einsum("eik,ejk->eij", hidden, hidden)

# %% right: rsm_by_epoch | batched product with the last two axes exchanged
def rsm_by_epoch(hidden):
    return torch.bmm(hidden, hidden.mT)

# %% right: rsm_by_epoch | broadcasting and a sum
def rsm_by_epoch(hidden):
    return (hidden.unsqueeze(2) * hidden.unsqueeze(1)).sum(-1)

# %% right: rsm_by_epoch | net_rsm of one epoch, vectorised by vmap
def rsm_by_epoch(hidden):
    return torch.vmap(lambda h: h @ h.T)(hidden)

# %% wrong: rsm_by_epoch | a loop
def rsm_by_epoch(hidden):
    return torch.stack([h @ h.T for h in hidden])

# %% wrong: rsm_by_epoch | a loop with net_rsm
def rsm_by_epoch(hidden):
    return torch.stack([net_rsm(hidden[e]) for e in range(len(hidden))])

# %% wrong: rsm_by_epoch | epochs and items exchanged
def rsm_by_epoch(hidden):
    return hidden @ hidden.permute(2, 1, 0)

# %% wrong: rsm_by_epoch | all axes exchanged by T
def rsm_by_epoch(hidden):
    return hidden @ hidden.T

# %% wrong: rsm_by_epoch | a matrix of units
def rsm_by_epoch(hidden):
    return hidden.transpose(1, 2) @ hidden

# %% wrong: rsm_by_epoch | summed over epochs
def rsm_by_epoch(hidden):
    return torch.einsum("eik,ejk->ij", hidden, hidden)

# %% wrong: rsm_by_epoch | all pairs of epochs
def rsm_by_epoch(hidden):
    return torch.tensordot(hidden, hidden, dims=([2], [2]))

# %% wrong: rsm_by_epoch | divided by the number of units
def rsm_by_epoch(hidden):
    return hidden @ hidden.transpose(1, 2) / hidden.shape[2]

# %% wrong: rsm_by_epoch | returns nothing
def rsm_by_epoch(hidden):
    hidden @ hidden.transpose(1, 2)
