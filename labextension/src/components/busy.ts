/**
 * Forms that are sent once, however often somebody presses their button.
 */
import { useCallback, useRef, useState } from 'react';

/**
 * Whether something is under way, and what starts it: until it has ended nothing else is started.
 */
export function useBusy(): [boolean, (act: () => Promise<void>) => void] {
  const [isBusy, setBusy] = useState(false);
  // two presses may come before React draws the button anew
  const isUnderWay = useRef(false);
  const during = useCallback((act: () => Promise<void>): void => {
    if (isUnderWay.current) {
      return;
    }
    isUnderWay.current = true;
    setBusy(true);
    void act().finally(() => {
      isUnderWay.current = false;
      setBusy(false);
    });
  }, []);
  return [isBusy, during];
}
