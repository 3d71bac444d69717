/** A command line to type on the box; one click selects all of it. */
export function Command(props: { children: string }) {
  return (
    <pre class="command" tabindex="0">
      <code>{props.children}</code>
    </pre>
  );
}
