import type { JSX } from 'solid-js';

/** One group of the component page. */
export function Part(props: { title: string; children: JSX.Element }) {
  return (
    <section class="stack" style={{ '--gap': 'var(--space-4)', 'margin-top': 'var(--space-4)' }}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
