/** One field of a protocol buffer: its number, and a number, text, bytes or message. */
type Field = readonly [number: number, value: number | string | Uint8Array | readonly Field[]];

/** What a tiny classifier is made of. */
export interface TinyClassifier {
  /** One row of weights for each logit; the row's length is the width of the input. */
  readonly weights: readonly (readonly number[])[];
  readonly inputName?: string;
  readonly outputName?: string;
  /** The number of the input's element type: 1 is float32, 11 is float64. */
  readonly elementType?: number;
  /** Leaves the numbers of the shapes open. */
  readonly isDynamic?: boolean;
}

/**
 * The bytes of an ONNX model that multiplies its input with a matrix: IR version 8, opset 17, one MatMul.
 *
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (read 2026-11-23).
 */
export function tinyClassifier({
  weights,
  inputName = 'features',
  outputName = 'logits',
  elementType = 1,
  isDynamic = false,
}: TinyClassifier): Uint8Array {
  const width = weights[0]?.length ?? 0;
  const classes = weights.length;
  const transposed = Array.from({ length: width }, (_, row) => weights.map((column) => column[row] ?? 0)).flat();
  const Numbers = elementType === 1 ? Float32Array : Float64Array;
  const raw = new Uint8Array(new Numbers(transposed).buffer);
  const matrix: Field[] = [
    [1, width],
    [1, classes],
    [2, elementType],
    [8, 'weights'],
    [9, raw],
  ];
  const node: Field[] = [
    [1, inputName],
    [1, 'weights'],
    [2, outputName],
    [4, 'MatMul'],
  ];
  const value = (name: string, length: number): Field[] => {
    const dimensions: Field[] = [1, length].map((size) => [1, isDynamic ? [[2, `any_${name}_${size}`]] : [[1, size]]]);
    return [
      [1, name],
      [
        2,
        [
          [
            1,
            [
              [1, elementType],
              [2, dimensions],
            ],
          ],
        ],
      ],
    ];
  };
  const graph: Field[] = [
    [1, node],
    [2, 'tiny'],
    [5, matrix],
    [11, value(inputName, width)],
    [12, value(outputName, classes)],
  ];
  return Uint8Array.from(
    encode([
      [1, 8],
      [7, graph],
      [
        8,
        [
          [1, ''],
          [2, 17],
        ],
      ],
    ]),
  );
}

function encode(fields: readonly Field[]): number[] {
  return fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [...varint(number << 3), ...varint(value)];
    const bytes =
      typeof value === 'string'
        ? [...new TextEncoder().encode(value)]
        : value instanceof Uint8Array
          ? [...value]
          : encode(value);
    return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
  });
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
