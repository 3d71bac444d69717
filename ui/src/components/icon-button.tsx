import { type JSX, splitProps } from 'solid-js';

/** A button that is only an icon; `label` is what it is called aloud and on hover. */
export function IconButton(
  props: Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'title'> & { label: string; children: JSX.Element },
) {
  const [own, rest] = splitProps(props, ['label', 'class']);
  return (
    <button type="button" {...rest} class={`icon-button ${own.class ?? ''}`} aria-label={own.label} title={own.label} />
  );
}
