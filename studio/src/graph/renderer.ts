import type { Camera, Size } from './camera.js';

/** The dots and lines of a graph, ready for the graphics card. */
export interface Scene {
  /** Two numbers for each dot, in units. */
  readonly positions: Float32Array;
  /** Red, green, blue and opacity of each dot, each in [0, 255]. */
  readonly colours: Uint8Array;
  /** Radius of each dot, as a multiple of the radius of a frame. */
  readonly radii: Float32Array;
  /** Four numbers for each line: from and to, in units. */
  readonly lines: Float32Array;
  readonly lineColours: Uint8Array;
  /** Width of each line, in pixels. */
  readonly lineWidths: Float32Array;
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

const LINES = [
  `#version 300 es
in vec4 ends; in vec4 colour; in float width;
out vec4 ink; out vec2 edge;${PLACE}
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
  readonly #dots: WebGLProgram;
  readonly #lines: WebGLProgram;
  readonly #dotArray: WebGLVertexArrayObject;
  readonly #lineArray: WebGLVertexArrayObject;
  readonly #buffers = new Map<string, WebGLBuffer>();
  #dotCount = 0;
  #lineCount = 0;

  private constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#dots = programOf(gl, DOTS);
    this.#lines = programOf(gl, LINES);
    this.#dotArray = gl.createVertexArray();
    this.#lineArray = gl.createVertexArray();
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
    const gl = this.#gl;
    this.#dotCount = scene.radii.length;
    this.#lineCount = scene.lineWidths.length;
    gl.bindVertexArray(this.#dotArray);
    this.#attribute(this.#dots, 'position', scene.positions, 2, 0);
    this.#attribute(this.#dots, 'colour', scene.colours, 4, 0);
    this.#attribute(this.#dots, 'radius', scene.radii, 1, 0);
    gl.bindVertexArray(this.#lineArray);
    this.#attribute(this.#lines, 'ends', scene.lines, 4, 1);
    this.#attribute(this.#lines, 'colour', scene.lineColours, 4, 1);
    this.#attribute(this.#lines, 'width', scene.lineWidths, 1, 1);
  }

  #attribute(
    program: WebGLProgram,
    name: string,
    data: Float32Array | Uint8Array,
    parts: number,
    divisor: number,
  ): void {
    const gl = this.#gl;
    const key = `${divisor} ${name}`;
    const buffer = this.#buffers.get(key) ?? gl.createBuffer();
    this.#buffers.set(key, buffer);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    const at = gl.getAttribLocation(program, name);
    const isColour = data instanceof Uint8Array;
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, parts, isColour ? gl.UNSIGNED_BYTE : gl.FLOAT, isColour, 0, 0);
    gl.vertexAttribDivisor(at, divisor);
  }

  /** Draws the scene. */
  draw({ camera, canvas, density, radius }: View): void {
    const gl = this.#gl;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (const program of [this.#lines, this.#dots]) {
      gl.useProgram(program);
      const uniform = (name: string) => gl.getUniformLocation(program, name);
      gl.uniform2f(uniform('origin'), camera.x, camera.y);
      gl.uniform2f(uniform('scale'), camera.scaleX, camera.scaleY);
      gl.uniform2f(uniform('size'), canvas.width, canvas.height);
      gl.uniform1f(uniform('unit'), radius);
      gl.uniform1f(uniform('density'), density);
      if (program === this.#lines) {
        gl.bindVertexArray(this.#lineArray);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.#lineCount);
      } else {
        gl.bindVertexArray(this.#dotArray);
        gl.drawArrays(gl.POINTS, 0, this.#dotCount);
      }
    }
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
