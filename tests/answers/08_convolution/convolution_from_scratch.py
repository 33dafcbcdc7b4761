# %% right: conv_numpy_1 | plain loops over pixels and weights, zeros put around by hand
def conv_numpy_1(image, weights, pad=1):
    height, width = image.shape[2], image.shape[3]
    kernel_height, kernel_width = weights.shape[2], weights.shape[3]
    padded = np.zeros((height + 2 * pad, width + 2 * pad))
    padded[pad : pad + height, pad : pad + width] = image[0, 0]
    output = np.zeros((1, 1, height + 2 * pad - kernel_height + 1, width + 2 * pad - kernel_width + 1))
    for i in range(output.shape[2]):
        for j in range(output.shape[3]):
            for m in range(kernel_height):
                for n in range(kernel_width):
                    output[0, 0, i, j] += weights[0, 0, m, n] * padded[i + m, j + n]
    return output

# %% right: conv_numpy_1 | a loop over the weights, each times the image shifted by it
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant", constant_values=0)
    m_max, n_max = weights.shape[-2:]
    rows, columns = padded.shape[2] - m_max + 1, padded.shape[3] - n_max + 1
    result = 0
    for m in range(m_max):
        for n in range(n_max):
            result = result + weights[0, 0, m, n] * padded[:, :, m : m + rows, n : n + columns]
    return result

# %% right: conv_numpy_1 | no padded copy: pixels outside of the image are left out of the sum
def conv_numpy_1(image, weights, pad=1):
    _, _, height, width = image.shape
    _, _, kernel_height, kernel_width = weights.shape
    rows = []
    for i in range(-pad, height + pad - kernel_height + 1):
        row = []
        for j in range(-pad, width + pad - kernel_width + 1):
            total = 0.0
            for m in range(kernel_height):
                for n in range(kernel_width):
                    if 0 <= i + m < height and 0 <= j + n < width:
                        total += float(weights[0, 0, m, n]) * float(image[0, 0, i + m, j + n])
            row.append(total)
        rows.append(row)
    return np.array([[rows]])

# %% right: conv_numpy_1 | two-dimensional Fourier transforms of image and turned kernel
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0].astype(float), pad)
    kernel = weights[0, 0].astype(float)
    shape = padded.shape[0] + kernel.shape[0] - 1, padded.shape[1] + kernel.shape[1] - 1
    product = np.fft.rfft2(padded, shape) * np.fft.rfft2(kernel[::-1, ::-1], shape)
    full = np.fft.irfft2(product, shape)
    return full[kernel.shape[0] - 1 : padded.shape[0], kernel.shape[1] - 1 : padded.shape[1]][None, None]

# %% wrong: conv_numpy_1 | the kernel turned around: a convolution as mathematics has it
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel = weights[0, 0, ::-1, ::-1]
    rows, columns = padded.shape[0] - kernel.shape[0] + 1, padded.shape[1] - kernel.shape[1] + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% wrong: conv_numpy_1 | the kernel taken for square
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad)
    size = weights.shape[2]
    rows, columns = padded.shape[0] - size + 1, padded.shape[1] - size + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(weights[0, 0] * padded[i : i + size, j : j + size])
    return output

# %% wrong: conv_numpy_1 | the output is given the size of the image, which is right for kernel 3 and pad 1 only
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad)
    output = np.zeros(image.shape)
    for i in range(image.shape[2]):
        for j in range(image.shape[3]):
            window = padded[i : i + weights.shape[2], j : j + weights.shape[3]]
            kernel = weights[0, 0, : window.shape[0], : window.shape[1]]
            output[0, 0, i, j] = np.sum(kernel * window)
    return output

# %% wrong: conv_numpy_1 | the border repeats the image's edge instead of zeros
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad, mode="edge")
    kernel = weights[0, 0]
    rows, columns = padded.shape[0] - kernel.shape[0] + 1, padded.shape[1] - kernel.shape[1] + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% wrong: conv_numpy_1 | one place too few in both directions
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel = weights[0, 0]
    rows, columns = padded.shape[0] - kernel.shape[0], padded.shape[1] - kernel.shape[1]
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% wrong: conv_numpy_1 | returns a table of two axes
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel = weights[0, 0]
    rows, columns = padded.shape[0] - kernel.shape[0] + 1, padded.shape[1] - kernel.shape[1] + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[i, j] = np.sum(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% wrong: conv_numpy_1 | pad is ignored: always 1
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], 1)
    kernel = weights[0, 0]
    rows, columns = padded.shape[0] - kernel.shape[0] + 1, padded.shape[1] - kernel.shape[1] + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% wrong: conv_numpy_1 | centres the image in place before it starts
def conv_numpy_1(image, weights, pad=1):
    mean = image.mean()
    image -= mean
    padded = np.pad(image[0, 0] + mean, pad)
    kernel = weights[0, 0]
    rows, columns = padded.shape[0] - kernel.shape[0] + 1, padded.shape[1] - kernel.shape[1] + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% wrong: conv_numpy_1 | mean instead of sum
def conv_numpy_1(image, weights, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel = weights[0, 0]
    rows, columns = padded.shape[0] - kernel.shape[0] + 1, padded.shape[1] - kernel.shape[1] + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.mean(kernel * padded[i : i + kernel.shape[0], j : j + kernel.shape[1]])
    return output

# %% right: conv_numpy_2 | every stride-th value of the feature map with stride 1
def conv_numpy_2(image, weights, stride=1, pad=1):
    return conv_numpy_1(image, weights, pad)[:, :, ::stride, ::stride]

# %% right: conv_numpy_2 | ranges of first pixels, loops over all
def conv_numpy_2(image, weights, stride=1, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel_height, kernel_width = weights.shape[2:]
    tops = range(0, padded.shape[0] - kernel_height + 1, stride)
    lefts = range(0, padded.shape[1] - kernel_width + 1, stride)
    values = [
        [(padded[i : i + kernel_height, j : j + kernel_width] * weights[0, 0]).sum() for j in lefts] for i in tops
    ]
    return np.array(values)[np.newaxis, np.newaxis]

# %% right: conv_numpy_2 | a loop over the weights, with slices that have a step
def conv_numpy_2(image, weights, stride=1, pad=1):
    padded = np.pad(image[0, 0], ((pad, pad), (pad, pad)))
    kernel = weights[0, 0]
    rows = 1 + (padded.shape[0] - kernel.shape[0]) // stride
    columns = 1 + (padded.shape[1] - kernel.shape[1]) // stride
    output = np.zeros((1, 1, rows, columns))
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            down = slice(m, m + (rows - 1) * stride + 1, stride)
            right = slice(n, n + (columns - 1) * stride + 1, stride)
            output[0, 0] += kernel[m, n] * padded[down, right]
    return output

# %% wrong: conv_numpy_2 | the stride goes down only, not to the right
def conv_numpy_2(image, weights, stride=1, pad=1):
    return conv_numpy_1(image, weights, pad)[:, :, ::stride]

# %% wrong: conv_numpy_2 | the windows begin at i and j, not a stride apart
def conv_numpy_2(image, weights, stride=1, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel_height, kernel_width = weights.shape[2:]
    rows = (padded.shape[0] - kernel_height) // stride + 1
    columns = (padded.shape[1] - kernel_width) // stride + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[0, 0, i, j] = np.sum(weights[0, 0] * padded[i : i + kernel_height, j : j + kernel_width])
    return output

# %% wrong: conv_numpy_2 | first window a stride minus one to the right and below
def conv_numpy_2(image, weights, stride=1, pad=1):
    return conv_numpy_1(image, weights, pad)[:, :, stride - 1 :: stride, stride - 1 :: stride]

# %% wrong: conv_numpy_2 | the size of the image over the stride, without kernel and padding
def conv_numpy_2(image, weights, stride=1, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel_height, kernel_width = weights.shape[2:]
    rows, columns = image.shape[2] // stride, image.shape[3] // stride
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = padded[i * stride : i * stride + kernel_height, j * stride : j * stride + kernel_width]
            output[0, 0, i, j] = np.sum(weights[0, 0, : window.shape[0], : window.shape[1]] * window)
    return output

# %% wrong: conv_numpy_2 | rounds the size up: one window hangs over the edge
def conv_numpy_2(image, weights, stride=1, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel_height, kernel_width = weights.shape[2:]
    rows = -(-(padded.shape[0] - kernel_height) // stride) + 1
    columns = -(-(padded.shape[1] - kernel_width) // stride) + 1
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = padded[i * stride : i * stride + kernel_height, j * stride : j * stride + kernel_width]
            output[0, 0, i, j] = np.sum(weights[0, 0, : window.shape[0], : window.shape[1]] * window)
    return output

# %% wrong: conv_numpy_2 | the stride is multiplied onto the pixels inside the window: a dilation
def conv_numpy_2(image, weights, stride=1, pad=1):
    padded = np.pad(image[0, 0], pad)
    kernel_height, kernel_width = weights.shape[2:]
    rows = padded.shape[0] - stride * (kernel_height - 1)
    columns = padded.shape[1] - stride * (kernel_width - 1)
    output = np.zeros((1, 1, rows, columns))
    for i in range(rows):
        for j in range(columns):
            for m in range(kernel_height):
                for n in range(kernel_width):
                    output[0, 0, i, j] += weights[0, 0, m, n] * padded[i + stride * m, j + stride * n]
    return output

# %% wrong: conv_numpy_2 | the stride is taken before padding, of the image
def conv_numpy_2(image, weights, stride=1, pad=1):
    return conv_numpy_1(image[:, :, ::stride, ::stride], weights, pad)

# %% wrong: conv_numpy_2 | always a stride of 2
def conv_numpy_2(image, weights, stride=1, pad=1):
    return conv_numpy_1(image, weights, pad)[:, :, ::2, ::2]

# %% wrong: conv_numpy_2 | returns nothing
def conv_numpy_2(image, weights, stride=1, pad=1):
    output = conv_numpy_1(image, weights, pad)[:, :, ::stride, ::stride]

# %% right: conv_numpy_3 | the sum over channels of convolutions of one channel
def conv_numpy_3(image, weights, stride=1, pad=1):
    maps = []
    for kernels in weights:
        parts = [
            conv_numpy_2(image[:, c : c + 1], kernels[None, c : c + 1], stride, pad)[0, 0] for c in range(len(kernels))
        ]
        maps.append(sum(parts))
    return np.stack(maps)[None]

# %% right: conv_numpy_3 | one matrix product for every place
def conv_numpy_3(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))[0]
    out, _, kernel_height, kernel_width = weights.shape
    flat = weights.reshape(out, -1)
    tops = list(range(0, padded.shape[1] - kernel_height + 1, stride))
    lefts = list(range(0, padded.shape[2] - kernel_width + 1, stride))
    output = np.empty((1, out, len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            output[0, :, i, j] = flat @ padded[:, top : top + kernel_height, left : left + kernel_width].ravel()
    return output

# %% right: conv_numpy_3 | a loop over the weights, channels by a tensor product
def conv_numpy_3(image, weights, stride=1, pad=1):
    padded = np.pad(image[0], [(0, 0), (pad, pad), (pad, pad)])
    _, _, kernel_height, kernel_width = weights.shape
    height = padded.shape[1] - kernel_height + 1
    width = padded.shape[2] - kernel_width + 1
    total = 0
    for m in range(kernel_height):
        for n in range(kernel_width):
            pixels = padded[:, m : m + height : stride, n : n + width : stride]
            total = total + np.tensordot(weights[:, :, m, n], pixels, axes=1)
    return total[np.newaxis]

# %% wrong: conv_numpy_3 | the last channel only: each overwrites the one before
def conv_numpy_3(image, weights, stride=1, pad=1):
    maps = []
    for kernels in weights:
        for c in range(len(kernels)):
            part = conv_numpy_2(image[:, c : c + 1], kernels[None, c : c + 1], stride, pad)[0, 0]
        maps.append(part)
    return np.stack(maps)[None]

# %% wrong: conv_numpy_3 | the mean over channels instead of the sum
def conv_numpy_3(image, weights, stride=1, pad=1):
    maps = []
    for kernels in weights:
        parts = [
            conv_numpy_2(image[:, c : c + 1], kernels[None, c : c + 1], stride, pad)[0, 0] for c in range(len(kernels))
        ]
        maps.append(sum(parts) / len(parts))
    return np.stack(maps)[None]

# %% wrong: conv_numpy_3 | the first kernel for every output channel
def conv_numpy_3(image, weights, stride=1, pad=1):
    padded = np.pad(image[0], ((0, 0), (pad, pad), (pad, pad)))
    out, _, kernel_height, kernel_width = weights.shape
    rows = (padded.shape[1] - kernel_height) // stride + 1
    columns = (padded.shape[2] - kernel_width) // stride + 1
    output = np.zeros((1, out, rows, columns))
    for o in range(out):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                window = padded[:, top : top + kernel_height, left : left + kernel_width]
                output[0, o, i, j] = np.sum(weights[0] * window)
    return output

# %% wrong: conv_numpy_3 | the channels get a border of zeros as well
def conv_numpy_3(image, weights, stride=1, pad=1):
    padded = np.pad(image[0], pad)
    out, into, kernel_height, kernel_width = weights.shape
    rows = (padded.shape[1] - kernel_height) // stride + 1
    columns = (padded.shape[2] - kernel_width) // stride + 1
    output = np.zeros((1, out, rows, columns))
    for o in range(out):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                window = padded[:into, top : top + kernel_height, left : left + kernel_width]
                output[0, o, i, j] = np.sum(weights[o] * window)
    return output

# %% wrong: conv_numpy_3 | axes of the weights exchanged: (in, out) for (out, in)
def conv_numpy_3(image, weights, stride=1, pad=1):
    padded = np.pad(image[0], ((0, 0), (pad, pad), (pad, pad)))
    into, out, kernel_height, kernel_width = weights.shape
    rows = (padded.shape[1] - kernel_height) // stride + 1
    columns = (padded.shape[2] - kernel_width) // stride + 1
    output = np.zeros((1, out, rows, columns))
    for o in range(out):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                window = padded[:, top : top + kernel_height, left : left + kernel_width]
                output[0, o, i, j] = np.sum(weights[:, o] * window)
    return output

# %% wrong: conv_numpy_3 | the maps of all input channels side by side, never added
def conv_numpy_3(image, weights, stride=1, pad=1):
    maps = []
    for kernels in weights:
        for c in range(len(kernels)):
            maps.append(conv_numpy_2(image[:, c : c + 1], kernels[None, c : c + 1], stride, pad)[0, 0])
    return np.stack(maps)[None]

# %% wrong: conv_numpy_3 | the sum goes on from one output channel to the next
def conv_numpy_3(image, weights, stride=1, pad=1):
    maps, total = [], 0
    for kernels in weights:
        for c in range(len(kernels)):
            total = total + conv_numpy_2(image[:, c : c + 1], kernels[None, c : c + 1], stride, pad)[0, 0]
        maps.append(total)
    return np.stack(maps)[None]

# %% wrong: conv_numpy_3 | the output axis for the batch is missing
def conv_numpy_3(image, weights, stride=1, pad=1):
    maps = []
    for kernels in weights:
        parts = [
            conv_numpy_2(image[:, c : c + 1], kernels[None, c : c + 1], stride, pad)[0, 0] for c in range(len(kernels))
        ]
        maps.append(sum(parts))
    return np.stack(maps)

# %% right: conv_numpy_4 | every image by itself
def conv_numpy_4(image, weights, stride=1, pad=1):
    return np.concatenate([conv_numpy_3(one[None], weights, stride, pad) for one in image])

# %% right: conv_numpy_4 | a loop over places, batch and channels by einsum
def conv_numpy_4(image, weights, stride=1, pad=1):
    batch, _, height, width = image.shape
    out, _, kernel_height, kernel_width = weights.shape
    padded = np.pad(image, ((0,), (0,), (pad,), (pad,)))
    rows = (height + 2 * pad - kernel_height) // stride + 1
    columns = (width + 2 * pad - kernel_width) // stride + 1
    output = np.empty((batch, out, rows, columns))
    for i in range(rows):
        for j in range(columns):
            y, x = stride * i, stride * j
            output[:, :, i, j] = np.einsum(
                "bcmn,ocmn->bo", padded[:, :, y : y + kernel_height, x : x + kernel_width], weights
            )
    return output

# %% right: conv_numpy_4 | windows as columns of a matrix, one product for all
def conv_numpy_4(image, weights, stride=1, pad=1):
    batch, into, height, width = image.shape
    out, _, kernel_height, kernel_width = weights.shape
    padded = np.zeros((batch, into, height + 2 * pad, width + 2 * pad), dtype=image.dtype)
    padded[:, :, pad : height + pad, pad : width + pad] = image
    tops = range(0, height + 2 * pad - kernel_height + 1, stride)
    lefts = range(0, width + 2 * pad - kernel_width + 1, stride)
    columns = np.stack(
        [padded[:, :, i : i + kernel_height, j : j + kernel_width].reshape(batch, -1) for i in tops for j in lefts],
        axis=-1,
    )
    return (weights.reshape(out, -1) @ columns).reshape(batch, out, len(tops), len(lefts))

# %% wrong: conv_numpy_4 | the first image again and again
def conv_numpy_4(image, weights, stride=1, pad=1):
    return np.concatenate([conv_numpy_3(image[:1], weights, stride, pad) for _ in image])

# %% wrong: conv_numpy_4 | only the first image
def conv_numpy_4(image, weights, stride=1, pad=1):
    return conv_numpy_3(image[:1], weights, stride, pad)

# %% wrong: conv_numpy_4 | adds up over the batch
def conv_numpy_4(image, weights, stride=1, pad=1):
    return sum(conv_numpy_3(one[None], weights, stride, pad) for one in image)

# %% wrong: conv_numpy_4 | batch and output channels exchanged
def conv_numpy_4(image, weights, stride=1, pad=1):
    maps = np.concatenate([conv_numpy_3(one[None], weights, stride, pad) for one in image])
    return maps.swapaxes(0, 1)

# %% wrong: conv_numpy_4 | the images in the opposite order
def conv_numpy_4(image, weights, stride=1, pad=1):
    return np.concatenate([conv_numpy_3(one[None], weights, stride, pad) for one in image[::-1]])

# %% wrong: conv_numpy_4 | stride and pad are not passed on
def conv_numpy_4(image, weights, stride=1, pad=1):
    return np.concatenate([conv_numpy_3(one[None], weights) for one in image])

# %% wrong: conv_numpy_4 | stride and pad exchanged on the way
def conv_numpy_4(image, weights, stride=1, pad=1):
    return np.concatenate([conv_numpy_3(one[None], weights, pad or 1, stride) for one in image])

# %% wrong: conv_numpy_4 | scales the images in place
def conv_numpy_4(image, weights, stride=1, pad=1):
    largest = np.abs(image).max()
    image /= largest
    return np.concatenate([conv_numpy_3(one[None] * largest, weights, stride, pad) for one in image])

# %% wrong: conv_numpy_4 | works in half precision
def conv_numpy_4(image, weights, stride=1, pad=1):
    image, weights = image.astype(np.float16), weights.astype(np.float16)
    return np.concatenate([conv_numpy_3(one[None], weights, stride, pad) for one in image])

# %% right: output_size | counts the places
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    count = 0
    start = -pad
    while start + dilation * (kernel - 1) < n + pad:
        count += 1
        start += stride
    if not count:
        raise ValueError("does not fit")
    return count

# %% right: output_size | the length of a range
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    places = range(0, n + 2 * pad - dilation * (kernel - 1), stride)
    if len(places) == 0:
        raise ValueError("the kernel is larger than the padded image")
    return len(places)

# %% right: output_size | PyTorch's formula, with math.floor
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    import math

    numerator = n + 2 * pad - dilation * (kernel - 1) - 1
    if numerator < 0:
        raise ValueError(f"kernel {kernel} does not fit")
    return math.floor(numerator / stride + 1)

# %% wrong: output_size | a float comes back
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + 2 * pad - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError("does not fit")
    return np.floor(room / stride) + 1

# %% wrong: output_size | dilation times the kernel, not times its gaps
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + 2 * pad - dilation * kernel
    if room < 0:
        raise ValueError("does not fit")
    return room // stride + 1

# %% wrong: output_size | padding on one side only
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + pad - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError("does not fit")
    return room // stride + 1

# %% wrong: output_size | the plus one is divided, too
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + 2 * pad - dilation * (kernel - 1)
    if room < 1:
        raise ValueError("does not fit")
    return max(1, room // stride)

# %% wrong: output_size | raises only where the result is below 1, and rounding towards 0 hides that
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    size = int((n + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1
    if size < 1:
        raise ValueError("does not fit")
    return size

# %% wrong: output_size | returns 0 where the kernel does not fit
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    return max(0, (n + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1)

# %% wrong: output_size | a kernel that only just fits is refused
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + 2 * pad - dilation * (kernel - 1) - 1
    if room <= 0:
        raise ValueError("does not fit")
    return room // stride + 1

# %% wrong: output_size | rounds up
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + 2 * pad - dilation * (kernel - 1) - 1
    if room < 0:
        raise ValueError("does not fit")
    return -(-room // stride) + 1

# %% wrong: output_size | an assertion instead of a ValueError
def output_size(n, kernel, stride=1, pad=0, dilation=1):
    room = n + 2 * pad - dilation * (kernel - 1) - 1
    assert room >= 0, "does not fit"
    return room // stride + 1

# %% right: conv_numpy_fast | tensordot over channels and window, then axes in order
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[-2:], (-2, -1))
    result = np.tensordot(windows[:, :, ::stride, ::stride], weights, axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(result, -1, 1)

# %% right: conv_numpy_fast | as_strided with jumps worked out by hand
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    batch, channels, height, width = padded.shape
    out, _, kernel_height, kernel_width = weights.shape
    rows, columns = output_size(height, kernel_height, stride), output_size(width, kernel_width, stride)
    b, c, h, w = padded.strides
    windows = np.lib.stride_tricks.as_strided(
        padded,
        (batch, rows, columns, channels, kernel_height, kernel_width),
        (b, h * stride, w * stride, c, h, w),
        writeable=False,
    )
    product = windows.reshape(batch * rows * columns, -1) @ weights.reshape(out, -1).T
    return product.reshape(batch, rows, columns, out).transpose(0, 3, 1, 2)

# %% right: conv_numpy_fast | a loop over the weights of the kernel, not over pixels
def conv_numpy_fast(image, weights, stride=1, pad=1):
    batch, channels, height, width = image.shape
    out, _, kernel_height, kernel_width = weights.shape
    padded = np.zeros((batch, channels, height + 2 * pad, width + 2 * pad), dtype=image.dtype)
    padded[:, :, pad : pad + height, pad : pad + width] = image
    rows = (padded.shape[2] - kernel_height) // stride + 1
    columns = (padded.shape[3] - kernel_width) // stride + 1
    output = np.zeros((batch, out, rows, columns), dtype=image.dtype)
    for m in range(kernel_height):
        for n in range(kernel_width):
            pixels = padded[:, :, m : m + stride * rows : stride, n : n + stride * columns : stride]
            output += np.einsum("bcij,oc->boij", pixels, weights[:, :, m, n])
    return output

# %% right: conv_numpy_fast | einsum without optimisation, dtype set at the end
def conv_numpy_fast(image, weights, stride=1, pad=1):
    from numpy.lib.stride_tricks import sliding_window_view

    padded = np.pad(image.astype(np.float64), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(padded, (1, 1, *weights.shape[2:]))[:, :, ::stride, ::stride, 0, 0]
    return np.einsum("ockl,bcxykl->boxy", weights, windows).astype(image.dtype)

# %% wrong: conv_numpy_fast | loops over pixels
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out, _, kernel_height, kernel_width = weights.shape
    rows = (padded.shape[2] - kernel_height) // stride + 1
    columns = (padded.shape[3] - kernel_width) // stride + 1
    output = np.zeros((len(image), out, rows, columns), dtype=image.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * stride : i * stride + kernel_height, j * stride : j * stride + kernel_width]
            output[:, :, i, j] = np.tensordot(window, weights, axes=((1, 2, 3), (1, 2, 3)))
    return output

# %% wrong: conv_numpy_fast | calls the loops of exercise 4
def conv_numpy_fast(image, weights, stride=1, pad=1):
    return conv_numpy_4(image, weights, stride, pad).astype(image.dtype)

# %% wrong: conv_numpy_fast | height and width of the windows exchanged
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    size = min(weights.shape[2:])
    square = np.array(windows[..., :size, :size].swapaxes(-1, -2))
    return np.einsum("bcijmn,ocmn->boij", square, weights[..., :size, :size])

# %% wrong: conv_numpy_fast | the stride is forgotten
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))
    return np.einsum("bcijmn,ocmn->boij", windows, weights, optimize=True)

# %% wrong: conv_numpy_fast | the stride cuts batch and channels
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[::stride, ::stride]
    return np.einsum("bcijmn,ocmn->boij", windows, weights[:, ::stride], optimize=True)

# %% wrong: conv_numpy_fast | everything becomes float64
def conv_numpy_fast(image, weights, stride=1, pad=1):
    batch, channels, height, width = image.shape
    padded = np.zeros((batch, channels, height + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + height, pad : pad + width] = image
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bcijmn,ocmn->boij", windows, weights, optimize=True)

# %% wrong: conv_numpy_fast | everything becomes float32
def conv_numpy_fast(image, weights, stride=1, pad=1):
    image, weights = image.astype(np.float32), weights.astype(np.float32)
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bcijmn,ocmn->boij", windows, weights, optimize=True)

# %% wrong: conv_numpy_fast | only the first input channel
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bijmn,omn->boij", windows[:, 0], weights[:, 0])

# %% wrong: conv_numpy_fast | the kernel turned around
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bcijmn,ocmn->boij", windows, weights[..., ::-1, ::-1], optimize=True)

# %% wrong: conv_numpy_fast | batch and output channels exchanged in the result
def conv_numpy_fast(image, weights, stride=1, pad=1):
    padded = np.pad(image, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("bcijmn,ocmn->obij", windows, weights, optimize=True)
