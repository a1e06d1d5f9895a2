/// Numbered records whose places are used again, so that a queue in steady state allocates nothing.
struct Slab<Element> {
    private var elements: [Element] = []
    private var free: [Int32] = []

    /// Places, used or not.
    var capacity: Int { elements.count }
    /// Places in use.
    var count: Int { elements.count - free.count }

    mutating func insert(_ element: Element) -> Int32 {
        if let place = free.popLast() {
            elements[Int(place)] = element
            return place
        }
        elements.append(element)
        return Int32(elements.count - 1)
    }

    /// What stood there stays until the place is used again.
    mutating func remove(_ place: Int32) {
        free.append(place)
    }

    subscript(_ place: Int32) -> Element {
        get { elements[Int(place)] }
        _modify { yield &elements[Int(place)] }
    }
}

extension Slab: Sendable where Element: Sendable {}
