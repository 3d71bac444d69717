import { type JSX, mergeProps, Show, splitProps } from 'solid-js';

interface Look {
  /** `primary` once per screen; `plain` for the rest; `quiet` beside others; `danger` for what cannot be undone. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  size?: 'small';
  icon?: JSX.Element;
}

export interface ButtonProps extends Look, Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  /** Works on it: says so, keeps its place and the focus, and takes no second press. */
  busy?: boolean;
  /** Cannot be pressed now; stays in the tab order so that its reason can be read out. */
  disabled?: boolean;
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(mergeProps({ kind: 'plain', type: 'button' } as const, props), [
    'kind',
    'size',
    'icon',
    'busy',
    'disabled',
    'onClick',
    'children',
    'class',
  ]);
  const off = () => own.busy || own.disabled;
  return (
    <button
      {...rest}
      class={`button ${own.class ?? ''}`}
      data-kind={own.kind}
      data-size={own.size}
      aria-busy={own.busy ? 'true' : undefined}
      aria-disabled={off() ? 'true' : undefined}
      onClick={(event) => {
        if (off()) event.preventDefault();
        else if (typeof own.onClick === 'function') own.onClick(event);
      }}
    >
      <Inside icon={own.icon} busy={own.busy}>
        {own.children}
      </Inside>
    </button>
  );
}

/** Looks like a button and leads somewhere. */
export function ButtonLink(props: Look & JSX.AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const [own, rest] = splitProps(props, ['kind', 'size', 'icon', 'children', 'class']);
  return (
    <a {...rest} class={`button ${own.class ?? ''}`} data-kind={own.kind ?? 'plain'} data-size={own.size}>
      <Inside icon={own.icon}>{own.children}</Inside>
    </a>
  );
}

function Inside(props: { icon?: JSX.Element; busy?: boolean | undefined; children?: JSX.Element }) {
  return (
    <>
      <Show when={props.busy} fallback={props.icon}>
        <span class="spinner" aria-hidden="true" />
      </Show>
      {props.children}
    </>
  );
}
