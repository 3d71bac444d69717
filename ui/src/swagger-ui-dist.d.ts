declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  /** Draws the documentation into the element `dom_id` names. */
  export default function swaggerUi(options: Record<string, unknown>): unknown;
}
