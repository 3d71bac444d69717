import Ellipsis from 'lucide-solid/icons/ellipsis';
import { createSignal, type JSX, lazy, Show, Suspense } from 'solid-js';

export interface MenuItem {
  label: string;
  icon?: JSX.Element;
  onSelect: () => void;
  kind?: 'danger';
  disabled?: boolean;
}

export interface MenuProps {
  /** Says of what: "More for Photos". */
  label: string;
  items: readonly MenuItem[];
  trigger?: JSX.Element;
}

const MenuList = lazy(() => import('./menu-list.tsx'));
const fetchAhead = () => void MenuList.preload().catch(() => undefined);

/** The look of the button, before and after the menu was fetched. */
export const menuFace = (props: MenuProps) => ({
  class: props.trigger ? 'button' : 'icon-button',
  'data-kind': 'plain',
  'aria-label': props.label,
  children: props.trigger ?? <Ellipsis size={20} />,
});

/** Further actions behind one button. The menu itself is fetched when somebody comes near the button. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = createSignal(false);
  const Face = () => (
    <button
      type="button"
      {...menuFace(props)}
      aria-haspopup="menu"
      aria-expanded="false"
      onPointerEnter={fetchAhead}
      onFocus={fetchAhead}
      onClick={() => setWanted(true)}
    />
  );
  return (
    <Show when={wanted()} fallback={<Face />}>
      <Suspense fallback={<Face />}>
        <MenuList {...props} />
      </Suspense>
    </Show>
  );
}
