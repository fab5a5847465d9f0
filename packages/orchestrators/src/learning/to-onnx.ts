import { readWeights, type HeadWeights } from './head-weights.js';

/** One field of a protocol buffer: its number, and a number, text, bytes or message. */
type Field = readonly [number: number, value: number | string | Uint8Array | readonly Field[]];

/**
 * A trained head as the bytes of an ONNX model: `features` float32[1,N] to `logits` float32[1,K], one Gemm. IR version 8,
 * opset 17. Roles, where the head has any, are the last of K.
 *
 * @throws `invalid` for weights that were changed
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto and https://onnx.ai/onnx/operators/onnx__Gemm.html (read 2026-11-23)
 */
export function toOnnx(weights: HeadWeights): Uint8Array {
  const { rows, bias, width } = readWeights(weights, 'toOnnx');
  // The rows of the head are the columns of the product: Gemm is told to transpose.
  const transposed: Field[] = [
    [1, 'transB'],
    [3, 1],
    [20, attributeInt],
  ];
  const node: Field[] = [
    [1, 'features'],
    [1, 'weights'],
    [1, 'bias'],
    [2, 'logits'],
    [4, 'Gemm'],
    [5, transposed],
  ];
  const graph: Field[] = [
    [1, node],
    [2, 'tako_head'],
    [5, tensor('weights', [rows.length, width], rows.flat())],
    [5, tensor('bias', [rows.length], bias)],
    [11, shape('features', width)],
    [12, shape('logits', rows.length)],
  ];
  const opset: Field[] = [
    [1, ''],
    [2, 17],
  ];
  return message([
    [1, 8],
    [2, 'tako'],
    [7, graph],
    [8, opset],
  ]);
}

/** `FLOAT` of `TensorProto.DataType`. */
const float32 = 1;
/** `INT` of `AttributeProto.AttributeType`. */
const attributeInt = 2;

function tensor(name: string, dimensions: readonly number[], values: readonly number[]): Field[] {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat32(at * 4, value, true);
  return [...dimensions.map((size): Field => [1, size]), [2, float32], [8, name], [9, bytes]];
}

function shape(name: string, width: number): Field[] {
  const dimensions: Field[] = [1, width].map((size) => [1, [[1, size]]]);
  const type: Field[] = [
    [1, float32],
    [2, dimensions],
  ];
  return [
    [1, name],
    [2, [[1, type]]],
  ];
}

function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number << 3), varint(value)];
    const bytes =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof Uint8Array
          ? value
          : message(value);
    return [varint((number << 3) | 2), varint(bytes.length), bytes];
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left > 127) {
    bytes.push((left & 127) | 128);
    left >>>= 7;
  }
  return Uint8Array.from([...bytes, left]);
}
