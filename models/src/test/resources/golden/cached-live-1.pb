t
€Ã»Â 	bdigits :R

model.onnx¨Ø1@0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef