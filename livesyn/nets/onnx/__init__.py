"""The nets as they play on a processor: graphs for ONNX Runtime, and NumPy. No torch.

`graph` writes a graph, `session` runs one, `nets` are the shipped kinds written as graphs from a
checkpoint's weights, `writer` the decoder of two bars.
"""
