import type { Camera, Size } from './camera.js';

/** The dots and lines of a graph, ready for the graphics card. */
export interface Scene {
  /** Two numbers for each dot, in units. */
  readonly positions: Float32Array;
  /** Red, green, blue and opacity of each dot, each in [0, 255]. */
  readonly colours: Uint8Array;
  /** Radius of each dot, as a multiple of the radius of a frame. */
  readonly radii: Float32Array;
  /** Four numbers for each line, a pixel wide: from and to, in units. */
  readonly hairlines: Float32Array;
  /** The colour of each end. */
  readonly hairlineColours: Uint8Array;
  /** The same for lines of `LINE_WIDTH`, which are few. */
  readonly lines: Float32Array;
  /** The colour of each line. */
  readonly lineColours: Uint8Array;
}

/** How a scene is looked at. */
export interface View {
  readonly camera: Camera;
  readonly canvas: Size;
  /** Pixels of the device in a pixel of the page. */
  readonly density: number;
  /** Radius of a usual dot, in pixels. */
  readonly radius: number;
}

const PLACE = `
uniform vec2 origin, scale, size;
vec2 pixel(vec2 unit) { return (unit - origin) * scale; }
vec4 clip(vec2 at) { return vec4(at / size * vec2(2, -2) + vec2(-1, 1), 0, 1); }`;

/** Width of a line that stands out, in pixels. */
const LINE_WIDTH = 2.5;

const DOTS = [
  `#version 300 es
in vec2 position; in vec4 colour; in float radius;
uniform float unit, density; out vec4 ink; out float width;${PLACE}
void main() {
  ink = colour; width = 2.0 * (radius * unit + 1.0) * density;
  gl_Position = clip(pixel(position)); gl_PointSize = width;
}`,
  `#version 300 es
precision mediump float; in vec4 ink; in float width; out vec4 result;
void main() {
  float inside = 0.5 * width - distance(gl_PointCoord, vec2(0.5)) * width;
  result = ink * clamp(inside, 0.0, 1.0);
}`,
] as const;

// A browser without a graphics card draws these in a fraction of the time of wide lines.
const HAIRLINES = [
  `#version 300 es
in vec2 position; in vec4 colour; out vec4 ink;${PLACE}
void main() { ink = colour; gl_Position = clip(pixel(position)); }`,
  `#version 300 es
precision mediump float; in vec4 ink; out vec4 result;
void main() { result = ink; }`,
] as const;

const LINES = [
  `#version 300 es
in vec4 ends; in vec4 colour;
out vec4 ink; out vec2 edge;
const float width = ${LINE_WIDTH};${PLACE}
void main() {
  vec2 from = pixel(ends.xy), to = pixel(ends.zw), along = to - from;
  vec2 across = length(along) < 0.001 ? vec2(0) : normalize(vec2(-along.y, along.x));
  float end = float(gl_VertexID / 2), side = float(gl_VertexID % 2) - 0.5;
  edge = vec2(side * (width + 1.0), 0.5 * width + 0.5); ink = colour;
  gl_Position = clip(mix(from, to, end) + across * edge.x);
}`,
  `#version 300 es
precision mediump float; in vec4 ink; in vec2 edge; out vec4 result;
void main() { result = ink * clamp(edge.y - abs(edge.x), 0.0, 1.0); }`,
] as const;

/** Draws scenes on a canvas by WebGL 2. */
export class Renderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #dots: Layer;
  readonly #hairlines: Layer;
  readonly #lines: Layer;

  private constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#hairlines = new Layer(gl, HAIRLINES, (ends) => gl.drawArrays(gl.LINES, 0, ends));
    this.#lines = new Layer(gl, LINES, (lines) =>
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, lines),
    );
    this.#dots = new Layer(gl, DOTS, (dots) => gl.drawArrays(gl.POINTS, 0, dots));
    gl.enable(gl.BLEND);
    // Colours come with their opacity multiplied in.
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /**
   * Returns null where the browser has no WebGL 2. Edges are smoothed by the programs, because a
   * browser without a graphics card takes many times as long to do it.
   */
  static on(canvas: HTMLCanvasElement): Renderer | null {
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true });
    return gl && new Renderer(gl);
  }

  /** Takes another scene. */
  load(scene: Scene): void {
    this.#hairlines.load({ position: [scene.hairlines, 2], colour: [scene.hairlineColours, 4] });
    this.#lines.load({ ends: [scene.lines, 4], colour: [scene.lineColours, 4] }, 'instance');
    this.#dots.load({
      position: [scene.positions, 2],
      colour: [scene.colours, 4],
      radius: [scene.radii, 1],
    });
  }

  /** Draws the scene. */
  draw(view: View): void {
    const gl = this.#gl;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (const layer of [this.#hairlines, this.#lines, this.#dots]) layer.draw(view);
  }
}

/** Numbers for the graphics card, and how many belong to one vertex or instance. */
type Attribute = readonly [data: Float32Array | Uint8Array, parts: number];

/** Vertices or instances that one program draws. */
class Layer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #draw: (count: number) => void;
  readonly #array: WebGLVertexArrayObject;
  readonly #buffers = new Map<string, WebGLBuffer>();
  #count = 0;

  constructor(
    gl: WebGL2RenderingContext,
    sources: readonly [vertex: string, fragment: string],
    draw: (count: number) => void,
  ) {
    this.#gl = gl;
    this.#program = programOf(gl, sources);
    this.#draw = draw;
    this.#array = gl.createVertexArray();
  }

  load(attributes: Readonly<Record<string, Attribute>>, per: 'vertex' | 'instance' = 'vertex') {
    const gl = this.#gl;
    gl.bindVertexArray(this.#array);
    for (const [name, [data, parts]] of Object.entries(attributes)) {
      const buffer = this.#buffers.get(name) ?? gl.createBuffer();
      this.#buffers.set(name, buffer);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      const at = gl.getAttribLocation(this.#program, name);
      const isColour = data instanceof Uint8Array;
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, parts, isColour ? gl.UNSIGNED_BYTE : gl.FLOAT, isColour, 0, 0);
      gl.vertexAttribDivisor(at, per === 'instance' ? 1 : 0);
      this.#count = data.length / parts;
    }
  }

  draw({ camera, canvas, density, radius }: View): void {
    if (this.#count === 0) return;
    const gl = this.#gl;
    gl.useProgram(this.#program);
    const uniform = (name: string) => gl.getUniformLocation(this.#program, name);
    gl.uniform2f(uniform('origin'), camera.x, camera.y);
    gl.uniform2f(uniform('scale'), camera.scaleX, camera.scaleY);
    gl.uniform2f(uniform('size'), canvas.width, canvas.height);
    gl.uniform1f(uniform('unit'), radius);
    gl.uniform1f(uniform('density'), density);
    gl.bindVertexArray(this.#array);
    this.#draw(this.#count);
  }
}

function programOf(
  gl: WebGL2RenderingContext,
  [vertex, fragment]: readonly [string, string],
): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`WebGL cannot draw the graph: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
