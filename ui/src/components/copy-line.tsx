import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { createSignal, onCleanup, Show } from 'solid-js';
import { t } from '../i18n/base.ts';
import { IconButton } from './icon-button.tsx';

const shownMs = 2000;

/** One line to take along: a command, a code, a fingerprint. Without a clipboard (plain HTTP) it gets selected. */
export function CopyLine(props: { value: string; label?: string }) {
  const [copied, setCopied] = createSignal(false);
  let code: HTMLElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.value);
    } catch {
      if (code) getSelection()?.selectAllChildren(code);
      return;
    }
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), shownMs);
  };
  return (
    <div class="copy-line">
      <code
        ref={(element) => {
          code = element;
        }}
        tabindex="0"
        aria-label={props.label}
        role={props.label ? 'group' : undefined}
      >
        {props.value}
      </code>
      <IconButton label={copied() ? t().actions.copied : t().actions.copy} onClick={() => void copy()}>
        <Show when={copied()} fallback={<Copy size={18} />}>
          <Check size={18} />
        </Show>
      </IconButton>
      <span class="hidden" role="status">
        {copied() ? t().actions.copied : ''}
      </span>
    </div>
  );
}
